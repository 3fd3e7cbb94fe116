import { describe, expect, it } from 'vitest';
import type { Claim } from '#model/candidate.ts';
import type { Execution, Outcome } from '#model/outcome.ts';
import { makeChunk } from '../../test/fixtures/panel.ts';
import { placeClaims } from './place-claims.ts';

const usage = { tokensIn: 1, tokensOut: 1, costUsd: 0, latencyMs: 1, cached: false };
const chunk = makeChunk('c1', 'src/app.js', 40, 5);
const claim = (over: Partial<Claim> = {}): Claim => ({
  ...{ title: 'Weakness', cwe: 'CWE-89', severity: 'high', confidence: null, path: null, startLine: 42, endLine: 42 },
  ...{ evidence: 'line 42', message: 'It is weak.', fix: null },
  ...over,
});
const said = (outcome: Outcome, chunkId = 'c1'): Execution => ({ modelId: 'a', role: 'deep_scan', chunkId, outcome, standsInFor: null });
const answered = (...claims: Claim[]): Outcome => ({ kind: 'answered', claims, usage });

describe('placeClaims', () => {
  it.each<{ name: string; execution: Execution; placed: number; claims: number }>([
    { name: 'a claim of an answer has its line', execution: said(answered(claim())), placed: 1, claims: 1 },
    {
      name: 'a cut answer keeps the claims it completed',
      execution: said({ kind: 'truncated', claims: [claim()], reason: 'cut', usage }),
      placed: 1,
      claims: 1,
    },
    {
      name: 'a claim on a file that was not shown is counted and goes no further',
      execution: said(answered(claim({ path: '/etc/passwd' }))),
      placed: 0,
      claims: 1,
    },
    { name: 'two claims on one line stay two', execution: said(answered(claim(), claim({ cwe: 'CWE-79' }))), placed: 2, claims: 2 },
    { name: 'a refusal has no claims', execution: said({ kind: 'refused', reason: 'no', usage }), placed: 0, claims: 0 },
    { name: 'a fault has no claims', execution: said({ kind: 'failed', reason: 'no', code: 'X', usage }), placed: 0, claims: 0 },
    { name: 'an answer on a chunk that is not of this scan is left alone', execution: said(answered(claim()), 'c9'), placed: 0, claims: 0 },
  ])('$name', ({ execution, placed, claims }) => {
    const result = placeClaims([chunk], [execution]);
    expect([result.candidates.length, result.claims, result.unplaced]).toEqual([placed, claims, claims - placed]);
  });

  it('a candidate says whose it is and where it is', () => {
    expect(placeClaims([chunk], [said(answered(claim()))]).candidates).toMatchObject([
      { modelId: 'a', role: 'deep_scan', chunkId: 'c1', path: 'src/app.js', startLine: 42, endLine: 42, evidence: 'line 42' },
    ]);
  });
});
