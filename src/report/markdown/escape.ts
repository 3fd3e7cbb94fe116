import { cutText, showControls } from '../plain-text.ts';

/**
 * The one way by which untrusted text (titles, messages, paths, errors of servers) gets into Markdown. What comes
 * out shows the text and does nothing else: no mention, reference, link, image, HTML, heading, table, list or fence.
 * Code spans and fenced blocks are kept, rebuilt by us, because models write them and nothing acts inside them.
 */

/** One line, fit for a sentence, a heading or a table cell. */
export function escapeInline(text: string): string {
  return withCodeSpans(showControls(text).replace(/\s+/g, ' ').trim());
}

/** One line without code spans, fit for the text of a link: brackets inside a span would end it. */
export function escapeLinkText(text: string): string {
  return escapeLineStart(escapeWords(showControls(text).replace(/\s+/g, ' ').trim()));
}

/** Longer than any honest message, and short enough that searching it for fences costs nothing. */
const MAX_BLOCK = 20_000;

/** Paragraphs: line breaks are kept, and so are fenced code blocks. */
export function escapeBlock(text: string): string {
  const parts = showControls(cutText(text, MAX_BLOCK)).split(/^[ \t]*(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n[ \t]*\1[ \t]*$/m);
  const out: string[] = [];
  for (let index = 0; index < parts.length; index += 3) {
    const prose = escapeParagraphs(parts[index] ?? '');
    if (prose !== '') out.push(prose);
    const code = parts[index + 2];
    if (code !== undefined) out.push(codeBlock(code));
  }
  return out.join('\n\n');
}

/** Code as a span; empty code has none. Fit for table cells. */
export function codeSpan(code: string): string {
  // A table takes `\|` for a sign of the code, but not behind another backslash.
  const text = defuse(showControls(code).replace(/\s+/g, ' ').trim())
    .replace(/\\(?=\|)/g, '\\ ')
    .replaceAll('|', '\\|');
  if (text === '') return '';
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Code as a fenced block, with a fence that the code cannot close. */
export function codeBlock(code: string): string {
  const text = defuse(showControls(code));
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

function escapeParagraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((line) => withCodeSpans(line.trim()))
        .filter((line) => line !== '')
        .join('\n'),
    )
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

/** Escapes a line, but for spans of code that open and close on it. */
function withCodeSpans(line: string): string {
  const parts = line.split(/(?<!`)(`{1,2})(?!`)([^`]+)\1(?!`)/);
  let out = '';
  for (let index = 0; index < parts.length; index += 3) {
    out += escapeWords(parts[index] ?? '');
    const code = parts[index + 2];
    if (code !== undefined) out += codeSpan(code) || '` `';
  }
  return escapeLineStart(out);
}

/** A space without width, as an entity: it breaks what GitHub would link, and nobody sees it. */
const BREAK = '&#8203;';

/**
 * What acts within a line: HTML and Markdown signs, and what GitHub links in rendered text: mentions and addresses
 * (@octocat, a@b.c), issues (#1, GH-1), bare links; and what GitLab links beside them: merge requests (!1), milestones (%1).
 */
const ACTING = /[&<>\\`*_{}[\]|~$]|[@#](?=\w)|!(?=\d)|%(?=["\w])|GH-(?=\d)|:(?=\/)|www(?=\.)/gi;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escapeWords(text: string): string {
  return text.replace(ACTING, (sign) => ENTITIES[sign] ?? (/^[@#:!%]|^GH-|^www/i.test(sign) ? `${sign}${BREAK}` : `\\${sign}`));
}

/** Signs that begin a heading, a list, a quote or an underline when they stand first on a line. */
function escapeLineStart(line: string): string {
  return line.replace(/^([#=+:-])/, '\\$1').replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** Hidden comments carry our own marks, and `##[` is a command to a runner that prints the text: neither is code here. */
function defuse(code: string): string {
  return code.replaceAll('<!--', '<!- -').replaceAll('##[', '## [');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
