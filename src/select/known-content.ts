import type { ChangedFile, DiffLine } from '#model/change-set.ts';
import { type Language, languageOf } from '#model/language.ts';

/** What is minified or bundled in practice. In other languages a long line is read like any other. */
const MINIFIED: readonly (Language | null)[] = ['javascript', 'css', 'json', 'html', 'xml'];
/** Longest line that people still write, by far. */
const LONG_LINE = 1_000;
/** Below this, a review of long lines costs little. */
const LEAST_LONG = 5_000;

/** JSON that decides what runs: reviewed whatever its form. */
const DECIDES =
  /(?:^|\/)(?:package|composer|bower|deno|manifest|[jt]sconfig[^/]*|\.eslintrc)\.json$|(?:^|\/)\.(?:github|vscode|devcontainer)\//;

/** True where nearly all of the new text lies in very long lines with hardly any white space. */
export function isMinified(file: ChangedFile): boolean {
  if (!MINIFIED.includes(languageOf(file.path)) || DECIDES.test(file.path)) return false;
  let [all, long, blank] = [0, 0, 0];
  for (const { text } of newLines(file)) {
    all += text.length;
    if (text.length <= LONG_LINE) continue;
    long += text.length;
    blank += text.match(/\s/g)?.length ?? 0;
  }
  return long >= LEAST_LONG && long >= all * 0.9 && blank < long * 0.1;
}

/** Lines at the head of a file in which a generator says its name. */
const HEAD = 20;
const COMMENT_WIDTH = 400;
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#|--|<!--|;|%|"""|''')/;
const MARKER =
  /@generated\b|<auto-?generated|\bDO NOT (?:EDIT|MODIFY)\b|\bgenerated\b.*\bdo not (?:edit|modify)\b|\bdo not (?:edit|modify)\b.*\bgenerated\b/;

/**
 * Program text alone is believed: what runs as written, such as workflows, container files, manifests and lock files,
 * is reviewed whoever wrote it.
 */
const BELIEVED: readonly (Language | null)[] = [
  'javascript',
  'typescript',
  'tsx',
  'python',
  'java',
  'go',
  'ruby',
  'php',
  'csharp',
  'c',
  'cpp',
  'rust',
  'kotlin',
  'swift',
  'scala',
  'sql',
  'html',
  'css',
  'lua',
  'perl',
  'elixir',
  'dart',
  'graphql',
  'proto',
];

/**
 * True where a comment at the head of the file says that a generator wrote it. A change cannot exempt itself by adding
 * the comment, not even in a new file: `.gitattributes` of the base is the place to say so. In `dist/` and `build/`
 * bundlers leave marks of their own.
 */
export function generatedByContent(file: ChangedFile): boolean {
  if (!BELIEVED.includes(languageOf(file.path))) return false;
  const head = newLines(file)
    .filter((line) => (line.newLine ?? 0) <= HEAD && line.mark === 'context')
    .map((line) => line.text.slice(0, COMMENT_WIDTH));
  return head.some((text) => COMMENT.test(text) && MARKER.test(text)) || isBundle(file);
}

const BUNDLER =
  /__webpack_require__|^\/\/# sourceMappingURL=|^\/\*!? For license information please see|^var __(?:defProp|create|commonJS) = /;

function isBundle(file: ChangedFile): boolean {
  return /(?:^|\/)(?:dist|build|out)\//.test(file.path) && newLines(file).some((line) => BUNDLER.test(line.text));
}

function newLines(file: ChangedFile): readonly DiffLine[] {
  return file.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.mark !== 'removed'));
}
