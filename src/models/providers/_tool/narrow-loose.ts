import { z } from 'zod';
import type { HandedFiles } from './printed-path.ts';

/** How lines of compilers and linters are written: `path:line:column: severity: message`. */
export const LINE_PATTERN = `^(?<path>[^:\\n]+):(?<line>\\d+):(?:\\d+:)?\\s*(?:(?<severity>critical|high|medium|low|error|warning|info|note)\\s*:\\s*)?(?<message>\\S.*)$`;

/**
 * Lines that do not name a line outside the shown ones, their places named as the change names them; empty where none
 * is left. Where a line names a rule of the entry's map, its weakness is put behind it.
 */
export function narrowLines(text: string, handed: HandedFiles, cwes: Readonly<Record<string, string>>): string {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, path = '', number = ''] = /^(.+?):(\d+)(?=[:\s]|$)/.exec(line) ?? [];
    const file = path === '' ? null : handed.find(path);
    if (file === null) return line.trim() === '' ? [] : [line];
    if (!handed.shows(file, Number(number), Number(number))) return [];
    const rest = line.slice(path.length);
    const rule = Object.keys(cwes).find((name) => rest.split(/[^\w./-]+/).includes(name));
    return [`${file.path}${rest}${rule === undefined ? '' : ` (${cwes[rule]})`}`];
  });
  return lines.join('\n');
}

const numberSchema = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,8}$/)
    .transform(Number),
]);
const PATHS = ['path', 'file', 'filename', 'filePath', 'file_path'];
const STARTS = ['startLine', 'start_line', 'line', 'line_number', 'lineNumber'];
const ENDS = ['endLine', 'end_line'];
const RULES = ['rule', 'ruleId', 'rule_id', 'check_id', 'id', 'code'];

/**
 * JSON findings of a tool of one's own: those that name a place outside the shown lines are left out of the list (the
 * answer itself, or its `findings`, `results` or `issues`). What is not JSON, or says its places in another way, is
 * passed on as it is.
 */
export function narrowJson(text: string, handed: HandedFiles, cweOfRule: (rule: string) => string | null): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const narrow = (list: readonly unknown[]) => list.flatMap((element) => narrowElement(element, handed, cweOfRule));
  if (Array.isArray(value)) return JSON.stringify({ findings: narrow(value) });
  const read = z.record(z.string(), z.unknown()).safeParse(value).data;
  const key = ['findings', 'results', 'issues'].find((name) => Array.isArray(read?.[name]));
  return read === undefined || key === undefined ? text : JSON.stringify({ ...read, [key]: narrow(read[key] as unknown[]) });
}

function narrowElement(element: unknown, handed: HandedFiles, cweOfRule: (rule: string) => string | null): unknown[] {
  const fields = z.record(z.string(), z.unknown()).safeParse(element).data;
  if (fields === undefined) return [element];
  const first = (names: readonly string[]) => names.find((name) => fields[name] != null);
  const [pathKey, ruleKey] = [first(PATHS), first(RULES)];
  const lineOf = (key: string | undefined) => numberSchema.safeParse(fields[key ?? '']).data ?? null;
  const start = lineOf(first(STARTS));
  const cwe = ruleKey === undefined ? null : cweOfRule(String(fields[ruleKey]));
  const mapped = cwe === null ? fields : { ...fields, cwe };
  if (pathKey === undefined || typeof fields[pathKey] !== 'string') return [mapped];
  const file = handed.place(fields[pathKey]);
  if (file === null || (start !== null && !handed.shows(file, start, lineOf(first(ENDS)) ?? start))) return [];
  return [{ ...mapped, [pathKey]: file.path }];
}
