/** New-side lines of a file. */
interface Place {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** One token, or one group of tokens, that a classifier labelled. */
export interface Token {
  readonly label: string;
  /** An entity begins here, as `B-` says. */
  readonly begins: boolean;
  readonly score: number;
  readonly word: string;
  readonly place: Place | null;
  /** Where it stands in the text that was classified, for answers without lines: number of the token, characters. */
  readonly at: { readonly index: number | null; readonly start: number | null; readonly end: number | null } | null;
}

interface Entity {
  readonly label: string;
  /** That of its surest token: a range is as suspicious as its most suspicious part. */
  readonly score: number;
  readonly place: Place | null;
  /** Its tokens as text. */
  readonly words: string;
}

/** Longest text that is gathered of an entity: its message quotes the beginning. */
const MAX_WORDS = 400;

/**
 * Neighbouring tokens of one label are one entity. Where tokens have lines, those on one line belong together and those
 * on the next line too, unless one begins there; without lines, those next to each other in the text.
 */
export function mergeTokens(tokens: readonly Token[]): readonly Entity[] {
  const entities: Entity[] = [];
  let last: Token | null = null;
  for (const token of tokens) {
    const open = entities.at(-1);
    if (open !== undefined && last !== null && open.label === token.label && isNext(open, last, token)) {
      entities[entities.length - 1] = {
        label: open.label,
        score: Math.max(open.score, token.score),
        place: token.place === null ? null : span(open.place ?? token.place, token.place),
        words: open.words.length > MAX_WORDS ? open.words : open.words + joint(last, token) + textOf(token.word),
      };
    } else {
      entities.push({ label: token.label, score: token.score, place: token.place, words: textOf(token.word) });
    }
    last = token;
  }
  return entities;
}

function isNext(open: Entity, last: Token, token: Token): boolean {
  if (open.place !== null && token.place !== null) {
    if (open.place.path !== token.place.path) return false;
    const lines = token.place.startLine - open.place.endLine;
    return token.place.endLine >= open.place.startLine && lines <= (token.begins ? 0 : 1);
  }
  if (open.place !== null || token.place !== null || token.begins) return false;
  const [before, here] = [last.at, token.at];
  if (before?.index != null && here?.index != null) return here.index - before.index === 1;
  return before?.end != null && here?.start != null && here.start - before.end >= 0 && here.start - before.end <= 1;
}

function span(one: Place, other: Place): Place {
  return {
    path: one.path,
    startLine: Math.min(one.startLine, other.startLine),
    endLine: Math.max(one.endLine, other.endLine),
  };
}

/** Marks of a word's beginning (`Ġ`, `▁`) and of its continuation (`##`) in the three common kinds of tokenizer. */
const WORD_STARTS = /^[Ġ▁]/;
const CONTINUES = /^##/;

function textOf(word: string): string {
  return word.replace(CONTINUES, '').replace(/[Ġ▁]/g, ' ').replace(/Ċ/g, '\n');
}

function joint(last: Token, token: Token): string {
  if (CONTINUES.test(token.word) || WORD_STARTS.test(token.word)) return '';
  if (last.at?.end != null && token.at?.start != null) return token.at.start > last.at.end ? ' ' : '';
  return ' ';
}
