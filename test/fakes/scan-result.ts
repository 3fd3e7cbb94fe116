import { summariseLedger } from '#model/coverage.ts';
import type { ScanResult } from '#model/scan-result.ts';

/** What a hostile change may put into a result: characters that PostgreSQL refuses as they are. */
const HOSTILE = 'a\u0000b \uD800 \uDC00 \uE0000000 \uD83D\uDE00 "quoted" \\u0000 %s $1 \u2028';

/** A result with a value in every field, and text from a stranger wherever text can come from one. */
export function hostileResult(): ScanResult {
  const usage = { tokensIn: 1200, tokensOut: 80.5, costUsd: 0.1 + 0.2, latencyMs: 12.75, cached: false };
  const unknown = { tokensIn: 1e300, tokensOut: null, costUsd: null, latencyMs: 3, cached: false };
  const claim = { cwe: 'CWE-89', severity: 'high', confidence: 0.9, startLine: 4, endLine: 4, fix: null } as const;
  const ledger = [
    { path: HOSTILE, hunkId: `${HOSTILE}@1,1`, status: 'reviewed', cause: null, reason: '' },
    { path: HOSTILE, hunkId: `${HOSTILE}@9,9`, status: 'partial', cause: null, reason: 'the model "b" failed' },
    { path: 'logo.png', hunkId: null, status: 'skipped', cause: 'binary', reason: 'binary' },
  ] as const;
  return {
    conclusion: 'incomplete',
    reason: `1 of 3 hunks was not fully reviewed ${HOSTILE}`,
    findings: [
      {
        ...{ id: 'a1b2c3', fingerprint: 'a1b2c3d4', cwe: 'CWE-89', title: HOSTILE, message: HOSTILE, severity: 'high', confidence: 0.9 },
        ...{ path: HOSTILE, startLine: 4, endLine: 9_000_000_000, side: 'RIGHT', evidence: HOSTILE, anchoredBy: 'evidence' },
        ...{
          hunkId: `${HOSTILE}@1,1`,
          explanation: null,
          fix: null,
          replacement: null,
          notes: [],
          state: 'new',
          suppressedBy: null,
          suppressedReason: null,
        },
        models: [{ id: 'a', role: 'deep_scan', confidence: 0.9, severity: 'high', verdict: 'reported', message: HOSTILE }],
        votes: { for: 1, of: 2 },
      },
    ],
    models: [
      {
        ...{ id: 'a', role: 'deep_scan', calls: 1, cached: 0, answered: 1, refused: 0, truncated: 0, unreadable: 0, failed: 0, skipped: 0 },
        ...{ tokensIn: 1200, tokensOut: 80, costUsd: null, latencyMs: 12.75, fault: null },
      },
    ],
    coverage: summariseLedger(ledger),
    ledger,
    consensus: { strategy: 'union', fellBack: false },
    passedOver: 0,
    spending: { usd: 0, tokens: 1_280, exhausted: null },
    unplaced: 1,
    claims: 2,
    executions: [
      {
        ...{ modelId: 'a', role: 'deep_scan', chunkId: 'c1', standsInFor: null },
        outcome: { kind: 'answered', claims: [{ ...claim, title: HOSTILE, path: HOSTILE, evidence: HOSTILE, message: HOSTILE }], usage },
      },
      {
        modelId: 'b',
        role: 'deep_scan',
        chunkId: 'c1',
        standsInFor: null,
        outcome: { kind: 'failed', reason: HOSTILE, code: 'AEGIS_PROVIDER_TIMEOUT', usage: unknown },
      },
      { modelId: 'b', role: 'deep_scan', chunkId: 'c2', outcome: { kind: 'skipped', reason: 'the breaker is open' }, standsInFor: null },
    ],
    change: { base: 'main', head: HOSTILE, files: 2, hunks: 3 },
    timing: { totalMs: 1234.5 },
  };
}
