import { describe, expect, it } from 'vitest';
import type { Claim } from '#model/candidate.ts';
import type { Outcome, Usage } from '#model/outcome.ts';
import { mergeOutcomes } from './merge-outcomes.ts';

const usage: Usage = { tokensIn: 10, tokensOut: 1, costUsd: 0.5, latencyMs: 3, cached: false };
const claim = (path: string | null): Claim => ({
  ...{ title: 'Weak', cwe: null, severity: 'high', confidence: 0.9, message: '', fix: null },
  ...{ path, startLine: null, endLine: null, evidence: null },
});
const answered = (claims: readonly Claim[] = [], score?: number): Outcome => ({
  ...{ kind: 'answered', claims, usage },
  ...(score !== undefined && { opinion: { kind: 'triage', score, reason: `${score}` } }),
});
const failed: Outcome = { kind: 'failed', reason: 'no route', code: 'X', usage };
const merge = (first: Outcome, second: Outcome) =>
  mergeOutcomes([
    { path: 'a.js', outcome: first },
    { path: 'b.js', outcome: second },
  ]);

describe('outcomes of the files of one chunk', () => {
  it('are an answer where every file was answered; a claim without a path is about its file', () => {
    const merged = merge(answered([claim(null)]), answered([claim('c.js')]));
    expect(merged).toMatchObject({ kind: 'answered', claims: [{ path: 'a.js' }, { path: 'c.js' }], usage: { tokensIn: 20, calls: 2 } });
  });

  it('are as suspicious as the most suspicious file', () => {
    expect(merge(answered([], 0.2), answered([], 0.8))).toMatchObject({ opinion: { score: 0.8 } });
    expect(merge(answered([], 0.8), answered([], 0.2))).toMatchObject({ opinion: { score: 0.8 } });
  });

  it('are no full opinion where one file was not answered, and keep the claims of the others', () => {
    expect(merge(answered([claim(null)]), failed)).toMatchObject({
      kind: 'truncated',
      claims: [{ path: 'a.js' }],
      reason: 'b.js: no route',
    });
  });

  it('are the fault where no file was answered', () => {
    expect(merge(failed, failed)).toMatchObject({ kind: 'failed', reason: 'no route', usage: { calls: 2 } });
    expect(merge({ kind: 'skipped', reason: 'spent' }, { kind: 'skipped', reason: 'spent' })).toEqual({ kind: 'skipped', reason: 'spent' });
  });
});
