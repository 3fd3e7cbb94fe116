import type { SignalKind } from './phrases/phrases.ts';
import type { Signal } from './signals.ts';

/** Phrases of one attempt stand within so many characters and lines. */
const REACH = 400;
const LINES = 6;

interface Rule {
  readonly why: string;
  /** At least one of each row. */
  readonly all: readonly (readonly SignalKind[])[];
  /** Characters within which they stand, where it is less than `REACH`. */
  readonly within?: number;
}

const ORDER: readonly SignalKind[] = ['outcome', 'silence', 'answer', 'literal'];

/** In the order in which they are told where several hold. One phrase alone is what people write, too. */
const RULES: readonly Rule[] = [
  { why: 'it imitates the marks between which untrusted text is shown', all: [['fence']] },
  { why: 'it tells to ignore the instructions and how to answer', all: [['revoke'], [...ORDER, 'reader', 'task']] },
  { why: 'it tells a reviewing model how to answer', all: [['reader', 'task'], ORDER] },
  { why: 'it imitates the marks of a conversation to give orders', all: [['markup'], [...ORDER, 'revoke', 'claim']] },
  { why: 'it claims a review and tells not to report', all: [['claim'], ['silence', 'outcome']], within: 160 },
  { why: 'it tells a reviewing model that the code is safe', all: [['reader'], ['claim']] },
  { why: 'it gives a reviewing model another task', all: [['reader'], ['task']] },
];

/** Attempts, each by the line on which its first phrase stands. Takes signals in the order of their text. */
export function weighSignals(signals: readonly Signal[]): readonly { readonly index: number; readonly why: string }[] {
  const attempts: { index: number; why: string }[] = [];
  for (let first = 0; first < signals.length; ) {
    const group = groupFrom(signals, first);
    const attempt = judge(group);
    if (attempt !== null) attempts.push(attempt);
    first += attempt === null ? 1 : group.length;
  }
  return attempts;
}

function groupFrom(signals: readonly Signal[], first: number): readonly Signal[] {
  const head = signals[first];
  if (head === undefined) return [];
  let end = first;
  for (let next = signals[end]; next !== undefined && next.at <= head.at + REACH && next.index < head.index + LINES; next = signals[end])
    end += 1;
  return signals.slice(first, end);
}

function judge(group: readonly Signal[]): { readonly index: number; readonly why: string } | null {
  const [head] = group;
  if (head === undefined) return null;
  for (const { all, why, within = REACH } of RULES) {
    const near = group.filter(({ at }) => at <= head.at + within);
    const met = all.map((row) => near.find(({ kind }) => row.includes(kind)));
    const [first] = met.flatMap((signal) => signal ?? []).toSorted((a, b) => a.at - b.at);
    if (first !== undefined && !met.includes(undefined)) return { index: first.index, why };
  }
  return judgeOne(head);
}

/** Alone, it is an order in prose or in a comment; in a string it is mostly what an application tells its own model. */
function judgeOne({ kind, quoted, index }: Signal): { readonly index: number; readonly why: string } | null {
  if (quoted) return null;
  if (kind === 'revoke') return { index, why: 'it tells to ignore the instructions' };
  return kind === 'answer' ? { index, why: 'it spells out the answer to give' } : null;
}
