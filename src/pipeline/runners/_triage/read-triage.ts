import { cutText } from '#lib/cut-text.ts';
import { type Fields, fieldsOf, firstOf, isObject, readWords } from '#lib/fields.ts';
import { readConfidence } from '#lib/read-scales.ts';
import { readJsonParts } from '#lib/tolerant-json.ts';
import type { AnswerReader } from '#ports/parser.ts';
import type { Understood } from '../_reply/read-reply.ts';
import { scoreClaims, scoreOpinion } from './score.ts';

const MAX_REASON = 1_000;
const NAMES = ['suspicious', 'issuspicious'];

interface Said {
  readonly suspicious: boolean;
  readonly confidence: number | null;
  readonly reason: string;
}

/**
 * Reads what a language model says of a chunk: the form that it was asked for, or else findings, by the seat's parser.
 * Where it says both suspicious and safe, as one does that quotes an answer of the change, it is suspicious.
 */
export function readTriage(reader: AnswerReader): (text: string) => Understood {
  return (text) => {
    const parts = readJsonParts(text).parts.flatMap(({ value, alone, cut }) => {
      const said = isObject(value) ? readSaid(fieldsOf(value)) : null;
      return said === null ? [] : [{ said, alone, cut }];
    });
    const alone = parts.filter((part) => part.alone);
    const answers = alone.length > 0 ? alone : parts;
    const best = answers.findLast(({ said }) => said.suspicious) ?? answers.at(-1);
    if (best === undefined) return readFindings(reader, text);
    const { suspicious, confidence, reason } = best.said;
    const opinion = { kind: 'triage', score: scoreOpinion(suspicious, confidence), reason } as const;
    return { kind: 'understood', claims: [], opinion, cut: best.cut };
  };
}

/** Reads a classifier's or a tool's answer by the seat's parser. Findings of a language model are read so, too. */
export function readFindings(reader: AnswerReader, text: string): Understood {
  const parsed = reader.read(text);
  if (parsed.kind === 'unreadable') return parsed;
  const { claims, cut } = parsed;
  const score = parsed.score ?? scoreClaims(claims);
  const [worst] = claims.toSorted((a, b) => (b.confidence ?? 1) - (a.confidence ?? 1));
  return { kind: 'understood', claims, opinion: { kind: 'triage', score, reason: worst?.title ?? '' }, cut };
}

function readSaid(fields: Fields): Said | null {
  // The schema of the answer, repeated.
  if (fields.has('properties')) return null;
  const suspicious = firstOf(fields, NAMES, readYes);
  if (suspicious === null) return null;
  const reason = firstOf(fields, ['reason', 'reasoning', 'explanation', 'rationale', 'message'], readWords) ?? '';
  return {
    suspicious,
    confidence: firstOf(fields, ['confidence', 'certainty', 'probability'], readConfidence),
    reason: cutText(reason, MAX_REASON).trim(),
  };
}

function readYes(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (/^(?:true|yes|1|suspicious)$/.test(word)) return true;
  return /^(?:false|no|0|safe|not suspicious)$/.test(word) ? false : null;
}
