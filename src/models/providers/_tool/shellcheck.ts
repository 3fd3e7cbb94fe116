import { z } from 'zod';
import type { KnownTool } from './known-tool.ts';
import { readJson } from './read-json.ts';
import { severityOf } from './scales.ts';

/** Checks that are weaknesses where the words come from a stranger: https://www.shellcheck.net/wiki/ */
const CWES: Readonly<Record<number, { cwe: number; title: string }>> = {
  2029: { cwe: 78, title: 'Variable expanded before it is sent to a remote shell' },
  2046: { cwe: 88, title: 'Unquoted command substitution' },
  2048: { cwe: 88, title: 'Unquoted list of arguments' },
  2064: { cwe: 78, title: 'Trap expanded when it is set' },
  2068: { cwe: 88, title: 'Unquoted array of arguments' },
  2086: { cwe: 88, title: 'Unquoted variable' },
  2087: { cwe: 78, title: 'Here document expanded before it is sent' },
  2091: { cwe: 78, title: 'Output run as a command' },
  2115: { cwe: 73, title: 'Deletion that can reach the root folder' },
  2145: { cwe: 88, title: 'Arguments mixed into a string' },
  2156: { cwe: 78, title: 'File names injected into a shell command' },
  2294: { cwe: 78, title: 'Arguments evaluated as code' },
};

const reportSchema = z.object({
  comments: z.array(
    z.object({ file: z.string(), line: z.number(), endLine: z.number(), level: z.string(), code: z.number(), message: z.string() }),
  ),
});

/** `SC1073` and its neighbours: what follows could not be parsed. */
const SYNTAX = [1072, 1073];

export const shellcheck: KnownTool = {
  name: 'shellcheck',
  finds: 'injections and unquoted words in shell scripts; it obeys `# shellcheck disable=` comments, which it cannot be told to ignore',
  command: [
    ...['shellcheck', '--norc', '--format=json1', '--severity=info'],
    ...[`--include=${[...Object.keys(CWES), ...SYNTAX].map((code) => `SC${code}`).join(',')}`, '{args}', '--', '{files}'],
  ],
  args: [],
  languages: ['shell'],
  exitCodes: [0, 1],
  version: ['shellcheck', '--version'],
  install: 'Install it with `apt install shellcheck` or `brew install shellcheck`.',
  own: {},
  obeyed: /(^|\/)\.?shellcheckrc$/,
  read: ({ stdout }) => {
    const report = readJson(stdout, reportSchema);
    if (report === null) return null;
    const [broken, found] = [true, false].map((syntax) => report.comments.filter(({ code }) => SYNTAX.includes(code) === syntax));
    return {
      spotted: (found ?? []).map(({ file, line, endLine, level, code, message }) => ({
        path: file,
        startLine: line,
        endLine,
        rule: `SC${code}`,
        title: CWES[code]?.title ?? message,
        message: `${message} (shellcheck SC${code})`,
        cwe: CWES[code] === undefined ? null : `CWE-${CWES[code].cwe}`,
        severity: severityOf(level),
        confidence: null,
        fix: null,
      })),
      unread: (broken ?? []).map(({ file, message }) => ({ path: file, why: message })),
    };
  },
};
