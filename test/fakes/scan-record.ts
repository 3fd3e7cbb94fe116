import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { makeChange, makeChunk, makePlan, makeSeat } from '../fixtures/panel.ts';
import { hostileResult } from './scan-result.ts';

/** A record of a small scan: one model, one chunk, nothing found. */
export function makeRecord(result: Partial<ScanResult> = {}, change: Partial<ScanResult['change']> = {}): ScanRecord {
  return {
    version: 1,
    plan: makePlan([makeSeat('a')]),
    change: makeChange([{ path: 'src/app.js', start: 40, count: 10 }]),
    chunks: [makeChunk('chunk-1')],
    outlines: { 'src/app.js': { symbols: [{ name: 'f', startLine: 1, endLine: 3 }], importLines: [1] }, 'logo.svg': null },
    left: [],
    today: '2026-11-23',
    result: {
      ...hostileResult(),
      ...{ conclusion: 'passed', reason: 'everything was reviewed', findings: [], executions: [], ledger: [] },
      ...result,
      change: { base: 'main', head: 'feature', files: 1, hunks: 1, ...change },
    },
  };
}

/** A record with text from a stranger wherever text can come from one. */
export function hostileRecord(): ScanRecord {
  const result = hostileResult();
  const path = result.findings[0]?.path ?? '';
  return {
    ...makeRecord(),
    change: makeChange([{ path, start: 1, count: 3 }]),
    chunks: [makeChunk('c1', path, 1, 3)],
    outlines: { [path]: { symbols: [{ name: 'f', startLine: 1, endLine: 3 }], importLines: [1] }, constructor: null, ['__proto__']: null },
    left: [{ path, hunkId: null, status: 'skipped', cause: 'binary', reason: path }],
    result,
  };
}
