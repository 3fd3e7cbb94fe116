import { eachLine, type Rule } from '../rule.ts';

const PARAMETER = String.raw`\$(?:[1-9@*]|\{[1-9@*][^}]{0,20}\})`;
const EVALUATED = new RegExp(String.raw`(^|[;&|({]|\b(?:then|do|else)\b)\s*(eval|(?:ba|z|da)?sh\s+-c)\s+["']?${PARAMETER}`);
const OPEN_TO_ALL = /(^|[\s;&|])chmod\s+(-\S+\s+)*(0?777|a\+rwx)\b/;

/** Scripts that run their arguments as code, or let everybody write to what they make. */
export const shellScript: Rule = {
  id: 'shell-script',
  cwe: 'CWE-78',
  title: 'OS command injection',
  onText: eachLine(['shell'], (line, at, report) => {
    const evaluated = EVALUATED.exec(line);
    if (evaluated !== null) {
      const message = `An argument of the script is run as code by \`${evaluated[2]}\`.`;
      report({ at, severity: 'low', confidence: 0.5, message, fix: 'Run `"$@"` as it is, without `eval`, or choose from known commands.' });
    }
    if (OPEN_TO_ALL.test(line)) {
      const weakness = { cwe: 'CWE-732', title: 'Files that everybody may write' };
      const message = 'Every user of the system may change these files.';
      report({ at, ...weakness, severity: 'low', confidence: 0.6, message, fix: 'Give write access to the user that needs it only.' });
    }
  }),
};
