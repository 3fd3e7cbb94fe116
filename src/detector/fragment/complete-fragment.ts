import type { Language } from '#model/language.ts';
import { countFaults } from '#syntax/count-faults.ts';
import { completeJavaScript } from './complete-javascript.ts';
import { completePython } from './complete-python.ts';

/** A line whose number in its file is known. */
export interface KnownLine {
  readonly line: number;
  readonly text: string;
}

/** A text made of the known lines of a file. */
export interface Fragment {
  readonly text: string;
  /** The number in the file of each line of the text; 0 for lines that the file does not have. */
  readonly lineOf: readonly number[];
}

type Lines = readonly KnownLine[];

/** Ways to complete a piece that are tried, and the characters that all trials of a file may parse. */
const MAX_TRIALS = 10;
const MAX_PARSED = 2_000_000;
/** Lines that stand for the unknown ones between two pieces: rules that look around must not see one in the other. */
const MAX_GAP = 12;

/**
 * Makes texts that can be parsed of the lines that a bare diff shows. Hunks begin and end where they like: brackets,
 * heads of blocks and quotes that are not in view are added on lines of their own. Several pieces of a file give two
 * texts where they disagree: all of it as one stretch of code, and each piece for itself.
 */
export function completeFragment(lines: Lines, language: Language | null): readonly Fragment[] {
  const pieces = cutPieces(lines);
  const complete = completerFor(language);
  if (complete === null || language === null) return [joinPieces(pieces)];
  const left = { characters: MAX_PARSED };
  const whole = pickCompletion(joinPieces(pieces), language, complete, left);
  if (pieces.length < 2) return [whole.fragment];
  const apart = pieces.map((piece) => pickCompletion(joinPieces([piece]), language, complete, left));
  const faults = apart.reduce((sum, piece) => sum + piece.faults, 0);
  const separate = joinFragments(apart.map((piece) => piece.fragment));
  if (whole.faults === 0) return [whole.fragment];
  return faults === 0 ? [separate] : [whole.fragment, separate];
}

/** Runs of lines that follow each other. */
function cutPieces(lines: Lines): readonly Lines[] {
  const pieces: KnownLine[][] = [];
  for (const known of lines.toSorted((a, b) => a.line - b.line)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.at(-1)?.line === known.line - 1) last.push(known);
    else pieces.push([known]);
  }
  return pieces;
}

function joinPieces(pieces: readonly Lines[]): Fragment {
  return joinFragments(pieces.map((piece) => ({ text: piece.map(({ text }) => text).join('\n'), lineOf: piece.map(({ line }) => line) })));
}

function joinFragments(fragments: readonly Fragment[]): Fragment {
  const texts: string[] = [];
  const lineOf: number[] = [];
  for (const fragment of fragments) {
    if (texts.length > 0)
      for (let gap = 0; gap < MAX_GAP; gap += 1) {
        texts.push('');
        lineOf.push(0);
      }
    texts.push(fragment.text);
    lineOf.push(...fragment.lineOf);
  }
  return { text: texts.join('\n'), lineOf };
}

interface Picked {
  readonly fragment: Fragment;
  readonly faults: number;
}

type Complete = (code: string) => Iterable<{ readonly before: readonly string[]; readonly after: readonly string[] }>;

function completerFor(language: Language | null): Complete | null {
  if (language === 'python') return completePython;
  return language === 'javascript' || language === 'typescript' || language === 'tsx' ? completeScript : null;
}

function* completeScript(code: string): ReturnType<typeof completePython> {
  for (const { before, after } of completeJavaScript(code))
    yield { before: before === '' ? [] : [before], after: after === '' ? [] : [after] };
}

/** The first completion that parses without faults, else the one with the fewest. */
function pickCompletion(piece: Fragment, language: Language, complete: Complete, left: { characters: number }): Picked {
  let best: Picked | null = null;
  let trials = 0;
  for (const { before, after } of complete(piece.text)) {
    const fragment = {
      text: [...before, piece.text, ...after].join('\n'),
      lineOf: [...before.map(() => 0), ...piece.lineOf, ...after.map(() => 0)],
    };
    left.characters -= fragment.text.length;
    if (left.characters < 0) return best ?? { fragment, faults: 1 };
    const faults = countFaults(fragment.text, language);
    if (best === null || faults < best.faults) best = { fragment, faults };
    trials += 1;
    if (best.faults === 0 || trials === MAX_TRIALS) break;
  }
  return best ?? { fragment: piece, faults: 0 };
}
