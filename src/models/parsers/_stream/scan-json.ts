import { isListName } from '../_claim/find-list.ts';
import { readPlace } from '../_claim/read-place.ts';
import { type MarkReader, readMarks } from './read-marks.ts';

/** What a scanner finds in a text while it arrives. */
export type Scanned =
  /** A complete element of a list of findings. `path`: the file that the list is about, as far as it was told before. */
  | { readonly kind: 'element'; readonly text: string; readonly path: string | null }
  /** A complete outermost object in which no list of findings began. */
  | { readonly kind: 'object'; readonly text: string }
  /** A list of findings begins. */
  | { readonly kind: 'list' }
  /** Something in such a list that is no object. */
  | { readonly kind: 'word' }
  /** An outermost empty array that has its line to itself: an answer, where `args[]` in prose is none. */
  | { readonly kind: 'empty' };

export interface JsonScanner {
  push(part: string): readonly Scanned[];
  /** Told when no more comes. How the text ends: within a value; meant as JSON somewhere, but damaged; with reasoning in it. */
  end(): { readonly last: readonly Scanned[]; readonly open: boolean; readonly damaged: boolean; readonly reasoned: boolean };
}

/** A container around the elements. */
interface Frame {
  readonly kind: '{' | '[';
  /** Its objects are elements. */
  readonly list: boolean;
  key: string;
  /** A key comes next; else a value, or what follows one. */
  wantsKey: boolean;
  members: number;
  path: string | null;
}

/** Containers around a list of findings; what nests deeper is no answer. */
const MAX_FRAMES = 16;
/** Keys and paths are read up to this length. */
const MAX_WORD = 1_024;
/** What a value of JSON begins with. */
const VALUE = /["{[\]\d\-tfn]/;

/**
 * Follows JSON character by character, wherever the text is cut into parts, and hands out the elements of its lists of
 * findings as soon as they end. Prose, fences and reasoning around the JSON are passed over; a bracket that no JSON
 * follows is prose. Each character is looked at once.
 */
export function scanJson(): JsonScanner {
  let found: Scanned[] = [];
  let frames: Frame[] = [];
  let part = '';
  let at = 0;
  /** Text of the element, or of the outermost object, in the parts before this one; null where none is kept. */
  let held: string[] | null = null;
  /** Where it begins in this part. */
  let heldFrom = 0;
  /** Open braces of the element that is being read; 0 outside of one. */
  let braces = 0;
  let word: string | null = null;
  let inString = false;
  let escaped = false;
  let damaged = false;
  /** Only blanks and fences stand on this line so far. */
  let lineIsBlank = true;
  /** An empty array stands on this line and nothing else. */
  let emptyArray = false;
  const marks: MarkReader = readMarks();

  function step(char: string): void {
    if (braces > 0) stepElement(char);
    else if (frames.length > 0) stepFrame(char);
    else stepProse(char);
  }

  function stepProse(char: string): void {
    if (char === '\n') {
      if (emptyArray) found.push({ kind: 'empty' });
      emptyArray = false;
      lineIsBlank = true;
    }
    const reasoning = marks.step(char);
    if (reasoning || (char !== '{' && char !== '[')) {
      if (!/[\s`~.;,'"\ufeff]/.test(char)) lineIsBlank = emptyArray = false;
      return;
    }
    if (char === '{') hold();
    open(char);
  }

  function hold(): void {
    held = [];
    heldFrom = at;
  }

  /** What was held, this character included. */
  function release(): string {
    const text = [...(held ?? []), part.slice(heldFrom, at + 1)].join('');
    held = null;
    return text;
  }

  function open(kind: '{' | '['): void {
    const around = frames.at(-1);
    if (kind === '{' && around?.list === true) {
      braces = 1;
      hold();
      return;
    }
    const list = kind === '[' && (around === undefined || around.list || (around.kind === '{' && isListName(around.key)));
    if (list && around !== undefined) {
      found.push({ kind: 'list' });
      held = null;
    }
    if (around !== undefined) around.members += 1;
    frames.push({ kind, list, key: '', wantsKey: kind === '{', members: 0, path: null });
    if (frames.length > MAX_FRAMES) abandon();
  }

  function close(kind: '{' | '['): void {
    const frame = frames.pop();
    if (frame?.kind !== kind) abandon();
    if (frame?.kind !== kind || frames.length > 0) return;
    if (held !== null) found.push({ kind: 'object', text: release() });
    if (kind === '[' && frame.members === 0) emptyArray = lineIsBlank;
    else lineIsBlank = emptyArray = false;
  }

  /** What was taken for JSON is none. */
  function abandon(): void {
    damaged ||= frames.some(({ members }) => members > 0);
    frames = [];
    held = null;
    word = null;
    inString = false;
    lineIsBlank = false;
  }

  function stepFrame(char: string): void {
    const frame = frames.at(-1);
    if (frame === undefined) return;
    if (inString) {
      stepString(char, frame);
      return;
    }
    if (/\s/.test(char) || char === ':') return;
    if (frame.wantsKey ? !/["},]/.test(char) : frame.members === 0 && frame.kind === '[' && !VALUE.test(char)) {
      abandon();
      stepProse(char);
      return;
    }
    if (char === '"') {
      inString = true;
      word = '';
    } else if (char === '{' || char === '[') {
      frame.wantsKey = false;
      open(char);
    } else if (char === '}' || char === ']') close(char === '}' ? '{' : '[');
    else if (char === ',') frame.wantsKey = frame.kind === '{';
    else takeValue(frame);
  }

  function takeValue(frame: Frame): void {
    frame.members += 1;
    // An outermost list of words is no list of findings but prose: `[1]`.
    if (frame.list && frames.length > 1) found.push({ kind: 'word' });
  }

  function stepString(char: string, frame: Frame): void {
    if (escaped) escaped = false;
    else if (char === '\\') escaped = true;
    else if (char === '"') {
      inString = false;
      if (frame.wantsKey) frame.key = word ?? '';
      else if (frame.kind === '{') frame.path ??= readPlace(new Map([[frame.key.toLowerCase().replace(/[^a-z0-9]/g, ''), word]])).path;
      if (!frame.wantsKey) takeValue(frame);
      frame.wantsKey = false;
      word = null;
      return;
    } else if (char === '\n' && frame.wantsKey) {
      abandon();
      return;
    }
    if (word !== null && word.length < MAX_WORD) word += char;
  }

  function stepElement(char: string): void {
    if (inString) {
      if (escaped) escaped = false;
      else if (char === '\\') escaped = true;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') braces += 1;
    else if (char === '}') braces -= 1;
    if (braces > 0) return;
    const path = frames.findLast((frame) => frame.path !== null)?.path ?? null;
    found.push({ kind: 'element', text: release(), path });
    const frame = frames.at(-1);
    if (frame !== undefined) frame.members += 1;
  }

  return {
    push(next) {
      found = [];
      part = next;
      heldFrom = 0;
      for (at = 0; at < part.length; at += 1) step(part[at] as string);
      held?.push(part.slice(heldFrom));
      return found;
    },
    end: () => ({
      last: emptyArray ? [{ kind: 'empty' }] : [],
      open: frames.length > 0 || braces > 0,
      damaged,
      reasoned: marks.seen(),
    }),
  };
}
