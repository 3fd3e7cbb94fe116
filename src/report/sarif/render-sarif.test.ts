import { expect, it } from 'vitest';
import { results } from '../../../test/fixtures/scan-results.ts';
import { renderSarif } from './render-sarif.ts';

const statesIn = (text: string) =>
  (JSON.parse(text).runs[0].results as { baselineState?: string; suppressions?: { kind: string }[] }[]).map(
    ({ baselineState = 'none', suppressions = [] }) => [baselineState, ...suppressions.map(({ kind }) => kind)].join(' '),
  );

it('where an earlier scan is known, every result says how it stands to it', () => {
  const log = renderSarif(results.lifecycle, { category: 'aegis', version: '1.2.3', withAbsent: true });
  expect(statesIn(log)).toEqual(['unchanged', 'new', 'new', 'unchanged external', 'new inSource', 'new external', 'absent', 'absent']);
});

it('an upload holds nothing that is gone', () => {
  expect(statesIn(renderSarif(results.lifecycle, { category: 'aegis', version: '1.2.3' }))).not.toContain('absent');
});

it('without an earlier scan no result pretends to know', () => {
  const log = renderSarif(results.findings, { category: 'aegis', version: '1.2.3', withAbsent: true });
  expect(new Set(statesIn(log))).toEqual(new Set(['none', 'none external']));
});
