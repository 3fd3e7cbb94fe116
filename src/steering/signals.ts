import { CHINESE } from './phrases/chinese.ts';
import { ENGLISH } from './phrases/english.ts';
import { FRENCH } from './phrases/french.ts';
import { GERMAN } from './phrases/german.ts';
import { MARKUP } from './phrases/markup.ts';
import { compile, SIGNAL_KINDS, type SignalKind } from './phrases/phrases.ts';
import { RUSSIAN } from './phrases/russian.ts';
import { SPANISH } from './phrases/spanish.ts';
import { quotationsIn } from './quotation.ts';

/** One phrase in a text. */
export interface Signal {
  readonly kind: SignalKind;
  /** Characters from the beginning of the text. */
  readonly at: number;
  /** Line of the text, from 0. */
  readonly index: number;
  /** It stands in quotation marks: a string, or a quotation. */
  readonly quoted: boolean;
}

const PATTERNS = [
  ...compile([ENGLISH, GERMAN, FRENCH, SPANISH, RUSSIAN]),
  ...[MARKUP, CHINESE].flatMap((signs) => SIGNAL_KINDS.flatMap((kind) => (signs[kind] ?? []).map((pattern) => ({ kind, pattern })))),
];

/** Orders that are none behind a condition: what a reviewer's own prompt says of code without weaknesses. */
const CONDITIONAL: readonly SignalKind[] = ['outcome', 'silence', 'answer', 'literal'];
const CONDITION = /(?:if|when|where|unless) (?:there|no|none|nothing|the (?:code|change|diff|file)|it|a|an) [^.!?]{0,80}$/i;
/** Characters before a phrase that are looked at for its condition. */
const BEFORE = 100;

/** Words of who speaks about such attempts: tests of a guard, advisories, data sets. */
const TOPIC = /inject|jailbreak|adversarial|attack|red.?team|cwe-1427|prompt.?guard/i;

/** The phrases of a text, in its order. One that is quoted where such attempts are the topic is none. */
export function collectSignals(text: string, path: string): readonly Signal[] {
  const found = PATTERNS.flatMap(({ kind, pattern }) => [...text.matchAll(pattern)].map(({ index }) => ({ kind, at: index })))
    .filter(({ kind, at }) => !(CONDITIONAL.includes(kind) && CONDITION.test(text.slice(Math.max(0, at - BEFORE), at))))
    .sort((a, b) => a.at - b.at);
  if (found.length === 0) return [];
  return placeSignals(found, text.split('\n'), TOPIC.test(path));
}

function placeSignals(found: readonly Pick<Signal, 'kind' | 'at'>[], lines: readonly string[], topical: boolean): readonly Signal[] {
  const signals: Signal[] = [];
  let start = 0;
  let next = 0;
  for (const [index, line] of lines.entries()) {
    const end = start + line.length;
    const here: Pick<Signal, 'kind' | 'at'>[] = [];
    for (let one = found[next]; one !== undefined && one.at <= end; one = found[++next]) here.push(one);
    const quotations = here.length === 0 ? [] : quotationsIn(line);
    const about = topical || (here.length > 0 && TOPIC.test(line));
    for (const { kind, at } of here) {
      const quoted = quotations.some(({ from, to }) => from < at - start && at - start < to);
      if (!(quoted && about)) signals.push({ kind, at, index, quoted });
    }
    start = end + 1;
  }
  return signals;
}
