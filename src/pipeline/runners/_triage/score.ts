import type { Claim } from '#model/candidate.ts';

/** What a model called suspicious is never below this, what it called safe never at it. */
const EVEN = 0.5;
const JUST_SAFE = 0.49;

/** How suspicious a chunk is by what a model says of it in words. An unstated confidence is full confidence. */
export function scoreOpinion(suspicious: boolean, confidence: number | null): number {
  const sure = confidence ?? 1;
  return suspicious ? Math.max(sure, EVEN) : Math.min(1 - sure, JUST_SAFE);
}

/** How suspicious it is by what a model claims: as sure as its surest claim, and one without a number is sure. */
export function scoreClaims(claims: readonly Claim[]): number {
  return claims.reduce((most, { confidence }) => Math.max(most, confidence ?? 1), 0);
}
