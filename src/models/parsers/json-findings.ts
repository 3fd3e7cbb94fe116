import { z } from 'zod';
import { type JsonPart, readJsonParts, sayWhyNone } from '#lib/tolerant-json.ts';
import type { Claim } from '#model/candidate.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { fieldsOf, isObject } from './_claim/fields.ts';
import { findInnerList, findList, isAnswer } from './_claim/find-list.ts';
import { looksLikeFinding, readClaim, saysNone } from './_claim/read-claim.ts';
import { readPlace } from './_claim/read-place.ts';

/** Reads findings from JSON in whatever form and company a model wrote it. See `Parser` for what it promises. */
export const jsonFindings: Parser = {
  id: 'json_findings',
  aliases: ['json_schema'],
  summary: 'JSON findings, tolerant of prose, fences, reasoning, repairable faults and a cut tail.',
  config: z.strictObject({}),
  open: () => ({ read: parseFindings }),
};

/** More claims than one chunk can deserve: a model that repeats itself. What is over it makes the answer a cut one. */
const MAX_CLAIMS = 500;
const MAX_DEPTH = 5;

/** What was gathered from an answer. */
interface Gathered {
  readonly claims: Claim[];
  /** Elements of which no claim could be made. */
  unusable: number;
  /** Elements that said that there is nothing. */
  nones: number;
  /** Something was left out because only half of it, or too much of it, was there. */
  cut: boolean;
}

/**
 * A value with a list of findings is the answer; where there are several, the last that stands alone, and those that
 * follow it without prose between (JSON Lines); all of them where the last is cut. Without any list, all objects that read like findings are.
 * An answer of which no element was usable is unreadable.
 */
function parseFindings(text: string): ParseResult {
  const { parts, damaged, reasoningOnly } = readJsonParts(text);
  const answers = parts.filter(isAnswer);
  const best = answers.findLast((part) => part.alone) ?? answers.at(-1);
  const into: Gathered = {
    claims: [],
    unusable: 0,
    nones: 0,
    cut: parts.slice(best === undefined ? 0 : parts.indexOf(best)).some((part) => part.cut),
  };
  if (best !== undefined) {
    for (const part of answers.filter(({ run }) => best.cut || run === best.run)) gather(part.value, part, null, into, 0);
  } else {
    for (const part of parts) gatherBare(part, into);
    into.cut ||= damaged;
  }
  const readable = into.claims.length > 0 || (into.unusable === 0 && (best !== undefined || into.nones > 0));
  if (readable) return { kind: 'parsed', claims: into.claims, cut: into.cut };
  const reason =
    into.unusable > 0 ? 'none of the findings in the answer names a weakness' : sayWhyNone(text, parts.length > 0, damaged, reasoningOnly);
  return { kind: 'unreadable', reason };
}

function gatherBare(part: JsonPart, into: Gathered): void {
  const fields = fieldsOf(part.value);
  if (!Array.isArray(part.value) && (saysNone(fields) || looksLikeFinding(fields))) gatherElement(part.value, part, null, into, 0);
}

/** Takes the findings of a list, or of the list that an object holds. `path`: the file that the list is about. */
function gather(value: object, part: JsonPart, path: string | null, into: Gathered, depth: number): void {
  const list = Array.isArray(value) ? value : findList(value);
  const about = Array.isArray(value) ? path : (readPlace(fieldsOf(value)).path ?? path);
  into.cut ||= part.partial.has(value);
  for (const element of list ?? []) {
    if (into.claims.length >= MAX_CLAIMS) {
      into.cut = true;
      return;
    }
    gatherElement(element, part, about, into, depth);
  }
}

function gatherElement(element: unknown, part: JsonPart, path: string | null, into: Gathered, depth: number): void {
  if (!isObject(element)) {
    into.unusable += 1;
    return;
  }
  const fields = fieldsOf(element);
  const inner = depth < MAX_DEPTH ? findInnerList(element) : null;
  if (inner !== null) {
    gather(inner, part, readPlace(fields).path ?? path, into, depth + 1);
    return;
  }
  if (part.partial.has(element)) {
    into.cut = true;
    return;
  }
  if (saysNone(fields)) {
    into.nones += 1;
    return;
  }
  const claim = readClaim(fields, path);
  if (claim === null) into.unusable += 1;
  else into.claims.push(claim);
}
