import { fieldsOf, isObject } from '#lib/fields.ts';
import type { Claim } from '#model/candidate.ts';
import { findInnerList, findList } from './find-list.ts';
import { looksLikeFinding, readClaim, saysNone } from './read-claim.ts';
import { readPlace } from './read-place.ts';

/** More claims than one chunk can deserve: a model that repeats itself. What is over it makes the answer a cut one. */
export const MAX_CLAIMS = 500;
const MAX_DEPTH = 5;

/** Why an answer is unreadable of whose elements none became a claim. */
export const NOTHING_NAMED = 'none of the findings in the answer names a weakness';

/** What was gathered from an answer. */
export interface Gathered {
  readonly claims: Claim[];
  /** Elements of which no claim could be made. */
  unusable: number;
  /** Elements that said that there is nothing. */
  nones: number;
  /** Something was left out because only half of it, or too much of it, was there. */
  cut: boolean;
}

export function startGathering(): Gathered {
  return { claims: [], unusable: 0, nones: 0, cut: false };
}

/** Takes the findings of a list, or of the list that an object holds. `path`: the file that the list is about. */
export function gather(value: object, partial: ReadonlySet<object>, path: string | null, into: Gathered, depth: number): void {
  const list = Array.isArray(value) ? value : findList(value);
  const about = Array.isArray(value) ? path : (readPlace(fieldsOf(value)).path ?? path);
  into.cut ||= partial.has(value);
  for (const element of list ?? []) {
    if (into.claims.length >= MAX_CLAIMS) {
      into.cut = true;
      return;
    }
    gatherElement(element, partial, about, into, depth);
  }
}

export function gatherElement(element: unknown, partial: ReadonlySet<object>, path: string | null, into: Gathered, depth: number): void {
  if (!isObject(element)) {
    into.unusable += 1;
    return;
  }
  const fields = fieldsOf(element);
  const inner = depth < MAX_DEPTH ? findInnerList(element) : null;
  if (inner !== null) {
    gather(inner, partial, readPlace(fields).path ?? path, into, depth + 1);
    return;
  }
  if (partial.has(element)) {
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

/** Takes an object that reads like a finding, though no list says that it is one. */
export function gatherBare(value: object, partial: ReadonlySet<object>, into: Gathered): void {
  const fields = fieldsOf(value);
  if (!Array.isArray(value) && (saysNone(fields) || looksLikeFinding(fields))) gatherElement(value, partial, null, into, 0);
}
