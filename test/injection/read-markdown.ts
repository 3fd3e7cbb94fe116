import { parse, postprocess, preprocess } from 'micromark';
import { gfm } from 'micromark-extension-gfm';

/** What a Markdown text does when GitHub renders it: everything but words, and the words outside code. */
export interface Rendered {
  /** Tags and comments of raw HTML, as they stand. */
  readonly html: readonly string[];
  /** Where links lead, bare addresses included. */
  readonly links: readonly string[];
  /** Images, definitions, footnotes: none is ever ours. */
  readonly others: readonly string[];
  /** Headings, tables, lists, quotes and rules, by kind. */
  readonly blocks: Readonly<Record<string, number>>;
  /** Text outside code and HTML, as it is written. */
  readonly words: string;
}

const HTML = new Set(['htmlFlow', 'htmlText']);
const LINKS = new Set(['resourceDestinationString', 'literalAutolink', 'autolink']);
const OTHERS = new Set(['image', 'definition', 'gfmFootnoteCall', 'gfmFootnoteDefinition', 'reference']);
const BLOCKS = new Set([
  'atxHeading',
  'setextHeading',
  'table',
  'listOrdered',
  'listUnordered',
  'blockQuote',
  'thematicBreak',
  'codeIndented',
]);
const CODE = new Set(['codeFenced', 'codeText', 'codeIndented', 'htmlFlow', 'htmlText', 'resource']);

/** Reads the text as GitHub's dialect, by the events of its parser. */
export function readMarkdown(markdown: string): Rendered {
  const rendered = { html: [] as string[], links: [] as string[], others: [] as string[], blocks: {} as Record<string, number>, words: '' };
  let inCode = 0;
  for (const [kind, token, context] of postprocess(
    parse({ extensions: [gfm()] })
      .document()
      .write(preprocess()(markdown, undefined, true)),
  )) {
    if (CODE.has(token.type)) inCode += kind === 'enter' ? 1 : -1;
    if (kind === 'exit') continue;
    const text = context.sliceSerialize(token);
    if (HTML.has(token.type)) rendered.html.push(...(text.match(/<!--[\s\S]*?-->|<[^>]*>/g) ?? [text]));
    else if (LINKS.has(token.type)) rendered.links.push(text);
    else if (OTHERS.has(token.type)) rendered.others.push(text);
    else if (BLOCKS.has(token.type)) rendered.blocks[token.type] = (rendered.blocks[token.type] ?? 0) + 1;
    else if (token.type === 'data' && inCode === 0) rendered.words += `${text}\n`;
    else if (token.type === 'characterReference' && inCode === 0) rendered.words += `${text}\n`;
  }
  return rendered;
}
