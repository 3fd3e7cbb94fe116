import type { KnownTool, Spotted } from './known-tool.ts';
import { severityOf, titleOf } from './scales.ts';

/** What its messages about code that it cannot parse are called. */
const UNREAD = /^(syntaxError|internalAstError|internalError|unknownMacro|preprocessorErrorDirective|cppcheckError|unhandledChar)$/;

export const cppcheck: KnownTool = {
  name: 'cppcheck',
  finds: 'memory and resource errors in C and C++',
  // Comments that suppress are only obeyed with --inline-suppr. Its XML has no place for what a template can say in a line.
  command: [
    ...['cppcheck', '--quiet', '--enable=warning,portability', '--inconclusive', '--max-configs=4', '--suppress=missingInclude'],
    ...['--template={file}\\t{line}\\t{severity}\\t{id}\\t{cwe}\\t{message}', '--template-location=', '{args}', '{files}'],
  ],
  args: [],
  languages: ['c', 'cpp'],
  exitCodes: [0],
  version: ['cppcheck', '--version'],
  install: 'Install it with `apt install cppcheck` or `brew install cppcheck`.',
  own: {},
  obeyed: /\.cppcheck$/,
  read: ({ stderr }) => {
    const rows = stderr
      .split(/\r?\n/)
      .map((line) => line.split('\t'))
      .filter((row) => row.length >= 6);
    const [unread, found] = [true, false].map((broken) => rows.filter(([, , , id = '']) => UNREAD.test(id) === broken));
    return {
      spotted: (found ?? []).map(readRow).filter(({ severity, startLine }) => severity !== 'info' && startLine > 0),
      unread: (unread ?? []).map(([path = '', , , id = '']) => ({ path: path === 'nofile' ? null : path, why: id })),
    };
  },
};

function readRow([path = '', line = '', severity = '', id = '', cwe = '', ...message]: readonly string[]): Spotted {
  return {
    path,
    startLine: Number(line) || 0,
    endLine: Number(line) || 0,
    rule: id,
    title: titleOf(id.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)),
    message: `${message.join(' ')} (cppcheck ${id})`,
    cwe: /^[1-9]\d*$/.test(cwe) ? `CWE-${cwe}` : null,
    // `information` speaks of the run, not of the code.
    severity: severity === 'information' ? 'info' : severityOf(severity),
    confidence: null,
    fix: null,
  };
}
