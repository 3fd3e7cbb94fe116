import { parseAllDocuments } from 'yaml';

/** Workflows and manifests are smaller. The parser's time grows with the square of depth, so what only an attack writes is left alone. */
const MAX_CHARACTERS = 64 * 1024;
/** A line that opens many blocks at once, is indented deeper than a screen is wide, or holds many brackets. */
const HOSTILE = /(?:[-?:][ \t]+){8}|^[ \t]{200}|(?:[[{][ \t]*){8}|[^\n]{4000}/m;

/** Counts syntax errors of all documents of a YAML text; null for a text that is too large or too deep to say. */
export function countYamlFaults(text: string): number | null {
  if (text.length > MAX_CHARACTERS || HOSTILE.test(text)) return null;
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
    return Array.isArray(documents) ? documents.reduce((faults, { errors }) => faults + errors.length, 0) : 0;
  } catch {
    return null;
  }
}
