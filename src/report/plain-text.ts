/**
 * Signs that act instead of being seen: C0 and C1 controls (a terminal obeys them), bidirectional controls (they show
 * code in another order than it runs, https://trojansource.codes), and what has no width.
 */
const ACTING = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Makes every acting sign visible as `<U+202E>`. Line ends and tabs stay. */
export function showControls(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\r\n?/g, '\n')
    .replace(ACTING, (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

/** The text as one line: visible signs only, white space folded. */
export function oneLine(text: string): string {
  return showControls(text).replace(/\s+/g, ' ').trim();
}

/** At most `length` characters, cut between code points, with an ellipsis where something is left out. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Keeps a line of output from being read as a command by the runner of GitHub Actions, which looks for `::` at the
 * start of a line behind white space, and for `##[` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function defuseCommands(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1: ').replaceAll('##[', '## [');
}
