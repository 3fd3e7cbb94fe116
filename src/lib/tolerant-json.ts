import { type LenientRead, readLenientJson } from './lenient-json.ts';
import { REASONING_CLOSES, REASONING_OPENS } from './reasoning.ts';

/** One JSON value found in a text. */
export interface JsonPart {
  readonly value: object;
  /** The text ended within it, or it says `...`. */
  readonly cut: boolean;
  /** The containers in `value` that lack something. An element among them is half an element. */
  readonly partial: ReadonlySet<object>;
  /** It has its lines to itself, or with a fence or a label such as `Answer:`; else it stands amid prose. */
  readonly alone: boolean;
  /** Parts with nothing but white space, commas and fences between them share a number: JSON Lines. */
  readonly run: number;
}

interface JsonParts {
  readonly parts: readonly JsonPart[];
  /** Something that was meant as JSON could not be read; what could be read within it are parts of their own. */
  readonly damaged: boolean;
  /** There was nothing but reasoning (`<think>`). */
  readonly reasoningOnly: boolean;
}

type TolerantJson =
  | { readonly kind: 'value'; readonly value: unknown; readonly cut: boolean }
  | { readonly kind: 'none'; readonly reason: string };

const OPEN = new RegExp(REASONING_OPENS.source, 'iy');
const CLOSE_HERE = new RegExp(REASONING_CLOSES.source, 'iy');
const CLOSE_NEXT = new RegExp(REASONING_CLOSES.source, 'ig');
const START = /[{[<◁]/g;
/** `{\"`: JSON that was written as a JSON string. */
const ESCAPED = /[{[](?:\s|\\[nrt]|[{[]){0,40}\\+"/y;
const LABEL =
  /^[\s>*#`~\-:]*(?:(?:json|jsonl|json5|javascript|answer|output|result|results|response|findings|issues|vulnerabilities)[\s*:`]*)?$/i;
const GAP = /^(?:[\s,;`]|jsonl?\s)*$/;

/** JSON in a JSON string in a JSON string, and no further. */
const MAX_UNESCAPES = 3;
/** Work that readings which failed may cost, in characters for each character of the text. Then no second try is made. */
const FAILED_WORK = 6;
/** The same, at most: real answers are some ten thousand characters long. */
const MAX_FAILED_WORK = 1_500_000;
/** More values than an answer can have; then the text is no answer. */
const MAX_PARTS = 2_000;

/**
 * Finds every JSON object and array in what a model wrote, in order; lists of bare words or numbers are left out. What
 * stands in a closed `<think>` block, or before a stray `</think>`, is a draft and no part. In a block that is never
 * closed only a complete value that ends the text counts: the model forgot the tag. Linear, never throws.
 */
export function readJsonParts(text: string): JsonParts {
  return findParts(text, 0);
}

/**
 * Reads the one value that is a model's answer. Among several it takes those that `isAnswer` accepts, of these those
 * that stand alone before those that are quoted amid prose, and of these the last, because models correct themselves
 * downwards. Without `isAnswer`, objects that follow each other directly are JSON Lines and make one array.
 * `cut`: the text ended early; lists then hold their complete elements only.
 */
export function readTolerantJson(text: string, isAnswer?: (value: unknown) => boolean): TolerantJson {
  const { parts, damaged, reasoningOnly } = readJsonParts(text);
  for (const part of parts) dropHalfElements(part.value, part.partial);
  const answers = isAnswer === undefined ? parts : parts.filter((part) => isAnswer(part.value));
  const best = answers.findLast((part) => part.alone) ?? answers.at(-1);
  if (best === undefined) return { kind: 'none', reason: sayWhyNone(text, parts.length > 0, damaged, reasoningOnly) };
  const lines = isAnswer === undefined ? answers.filter((part) => part.run === best.run && !Array.isArray(part.value)) : [];
  if (lines.length < 2) return { kind: 'value', value: best.value, cut: best.cut };
  const whole = lines.filter((part) => !part.cut);
  return { kind: 'value', value: whole.map((part) => part.value), cut: whole.length < lines.length };
}

/** One clause on a text in which no answer was found. */
export function sayWhyNone(text: string, other: boolean, damaged: boolean, reasoningOnly: boolean): string {
  if (text.trim() === '') return 'the answer is empty';
  if (reasoningOnly) return 'the answer holds nothing but reasoning';
  if (damaged) return 'the JSON of the answer is damaged beyond repair';
  return other ? 'the JSON of the answer does not have the form that was asked for' : 'the answer holds no JSON';
}

function findParts(text: string, unescapes: number): JsonParts {
  const end = endOfContent(text);
  let parts: Array<JsonPart & { readonly end: number }> = [];
  let damaged = false;
  let sawReasoning = false;
  /** Where an unclosed block begins. */
  let openedAt: number | null = null;
  let pos = 0;
  /** Behind the last part or tag. */
  let floor = 0;
  let run = 0;
  let work = Math.min(FAILED_WORK * text.length, MAX_FAILED_WORK) + 10_000;
  const closers = closersOf(text);

  for (;;) {
    START.lastIndex = pos;
    const at = START.exec(text)?.index;
    if (at === undefined || at >= end) break;
    const close = matchAt(CLOSE_HERE, text, at);
    if (close > 0) {
      parts = [];
      damaged = false;
      sawReasoning = true;
      openedAt = null;
      floor = pos = at + close;
      continue;
    }
    const open = matchAt(OPEN, text, at);
    if (open > 0) {
      sawReasoning = true;
      const closed = closers.after(at + open);
      if (closed === null) openedAt ??= at;
      floor = pos = closed ?? at + open;
      continue;
    }
    const escaped = unescapes < MAX_UNESCAPES && matchAt(ESCAPED, text, at) > 0;
    if (escaped) {
      const inner = findParts(unescapeOnce(text.slice(at)), unescapes + 1);
      const last = { end: text.length, run: run + 1 };
      parts.push(...inner.parts.map((part) => ({ ...part, ...last })));
      damaged ||= inner.damaged;
      break;
    }
    if (text[at] !== '{' && text[at] !== '[') {
      pos = at + 1;
      continue;
    }
    const { read, cost, progress } = readEither(text, at, end);
    if (read.kind === 'failed' || (read.cut && isBlank(read.value))) {
      damaged ||= read.kind === 'failed' && read.members > 0;
      work -= cost;
      pos = work > 0 || progress <= at ? at + 1 : progress;
      continue;
    }
    pos = read.end;
    if (!holdsObjects(read.value)) continue;
    if (parts.length >= MAX_PARTS) return { parts: [], damaged: true, reasoningOnly: false };
    if (!isGap(text.slice(floor, at))) run += 1;
    parts.push({ ...read, alone: isAlone(text, floor, at, read.end), run });
    floor = pos;
  }

  const kept = openedAt === null ? parts : parts.filter((part) => !part.cut && part.end >= end);
  return { parts: kept, damaged, reasoningOnly: sawReasoning && kept.length === 0 };
}

/** Reads by JSON's rule for quotes, and only where that does not come to an end by guessing. */
function readEither(text: string, at: number, end: number): { read: LenientRead; cost: number; progress: number } {
  const plain = readLenientJson(text, at, end, 'plain');
  if (plain.kind === 'read' && !plain.cut) return { read: plain, cost: 0, progress: plain.end };
  const guessed = readLenientJson(text, at, end, 'guessed');
  const read = plain.kind === 'failed' || (guessed.kind === 'read' && !guessed.cut) ? guessed : plain;
  const reached = [plain, guessed].map((one) => (one.kind === 'read' ? one.end : one.at));
  return { read, cost: reached.reduce((sum, one) => sum + one - at, 0), progress: Math.max(...reached) };
}

/** Ends of `</think>` and the like, searched once. */
function closersOf(text: string): { after(pos: number): number | null } {
  let found: { from: number; end: number } | null | undefined;
  return {
    after(pos) {
      if (found === null) return null;
      if (found === undefined || found.from < pos) {
        CLOSE_NEXT.lastIndex = pos;
        const match = CLOSE_NEXT.exec(text);
        found = match === null ? null : { from: match.index, end: match.index + match[0].length };
      }
      return found?.end ?? null;
    },
  };
}

/** The text's length without closing fences, white space and end-of-turn marks behind the last word. */
function endOfContent(text: string): number {
  let end = text.length;
  while (end > 0 && /[\s`\ufeff\0]/.test(text[end - 1] as string)) end -= 1;
  return end;
}

function isAlone(text: string, floor: number, at: number, end: number): boolean {
  const before = text.slice(Math.max(floor, at - 80), at);
  const after = text.slice(end, end + 80);
  const lineBreak = after.indexOf('\n');
  return LABEL.test(before.slice(before.lastIndexOf('\n') + 1)) && /^[\s`.;,'"]*$/.test(lineBreak < 0 ? after : after.slice(0, lineBreak));
}

function isGap(gap: string): boolean {
  return gap.length <= 400 && GAP.test(gap);
}

function isBlank(value: object): boolean {
  return Object.keys(value).length === 0;
}

function holdsObjects(value: object): boolean {
  return !Array.isArray(value) || value.length === 0 || value.some((element) => typeof element === 'object' && element !== null);
}

function dropHalfElements(value: unknown, partial: ReadonlySet<object>): void {
  if (typeof value !== 'object' || value === null || partial.size === 0) return;
  if (Array.isArray(value) && partial.has(value.at(-1))) value.pop();
  for (const inner of Object.values(value)) dropHalfElements(inner, partial);
}

const UNESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', '/': '/' };

function unescapeOnce(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|([\s\S]))/g, (whole, hex: string | undefined, char: string | undefined) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : (UNESCAPES[char ?? ''] ?? whole),
  );
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
