import type { ToolReport } from './known-tool.ts';
import type { HandedFiles } from './printed-path.ts';

/** What a known tool found in the shown lines, as JSON of the answer schema of `deep_scan`. */
export function wordReport(
  { spotted }: ToolReport,
  handed: HandedFiles,
  cweOfRule: (rule: string) => string | null,
): { readonly findings: readonly Record<string, unknown>[] } {
  const findings = spotted.flatMap(({ path, rule, startLine, endLine, title, cwe, severity, confidence, message, fix }) => {
    const file = handed.place(path);
    if (file === null || !handed.shows(file, startLine, endLine)) return [];
    return [
      {
        ...{ title, cwe: cweOfRule(rule) ?? cwe, severity, confidence, path: file.path, startLine, endLine: Math.max(startLine, endLine) },
        ...{ evidence: handed.lineOf(file, startLine), message, fix },
      },
    ];
  });
  return { findings };
}

/** The weakness that the entry names for a rule; a rule of a hierarchy (`rules.python.sql`) by its last part, too. */
export function cweMap(map: Readonly<Record<string, string>>): (rule: string) => string | null {
  const own = new Map(Object.entries(map));
  return (rule) => own.get(rule) ?? own.get(rule.split('.').at(-1) ?? rule) ?? null;
}
