/** The form of an answer with findings, in words, for models that are not held to a schema. */
export function askForFindings(files: number): string {
  const path = files > 1 ? '"path": string, ' : '';
  return `Answer with one JSON object and nothing else:
{"findings": [{${path}"title": string, "cwe": "CWE-<number>" or null, "severity": "critical"|"high"|"medium"|"low"|"info", "confidence": 0 to 1, "startLine": number, "endLine": number, "evidence": string, "message": string, "fix": string or null}], "needs": [string]}
Lines are + or blank ones, numbered as shown; for a removed check, those that it protected. evidence: the code of startLine, copied exactly.${files > 1 ? ' path: as behind "File:".' : ''} message: input, path and harm in two sentences. Nothing to report: {"findings": [], "needs": []}`;
}
