import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { type LedgerEntry, summariseLedger } from '#model/coverage.ts';
import { makeResult } from '../../../test/fixtures/scan-results.ts';
import { renderGaps } from './gaps.ts';

const colors = picocolors.createColors(false);
const partial = (index: number, reason: string): LedgerEntry => ({
  ...{ path: `src/${index}.js`, hunkId: `${index}`, status: 'partial', cause: null, reason },
});

it('one reason for many files is told once', () => {
  const ledger = Array.from({ length: 40 }, (_, index) => partial(index % 20, 'gpt-5 did not answer (429)'));
  const result = makeResult({ conclusion: 'incomplete', reason: '40 of 40 hunks were not fully reviewed.', ledger });
  expect(renderGaps(result, 120, colors)).toEqual([
    [
      '   THE REVIEW IS INCOMPLETE ',
      '  40 of 40 hunks were not fully reviewed.',
      '    40 hunks partial (gpt-5 did not answer (429)): src/0.js (2), src/1.js (2), src/2.js (2), src/3.js (2), src/4.js',
      '      (2) and 15 more files',
    ].join('\n'),
  ]);
});

it('a reason that the sentence above has told is not told again', () => {
  const ledger = [partial(1, 'gpt-5 did not answer (429)')];
  const [text] = renderGaps(makeResult({ conclusion: 'incomplete', reason: '1 hunk: gpt-5 did not answer (429).', ledger }), 120, colors);
  expect(text?.match(/429/g)).toHaveLength(1);
  expect(text).toContain('    1 hunk partial: src/1.js');
});

it('many reasons are counted', () => {
  const ledger = Array.from({ length: 30 }, (_, index) => partial(index, `reason ${index}`));
  const result = makeResult({ conclusion: 'incomplete', reason: '', ledger, coverage: summariseLedger(ledger) });
  expect(renderGaps(result, 120, colors).join('\n')).toContain('… and 20 more reasons; --format json lists all');
});
