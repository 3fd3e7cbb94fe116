import { describe, expect, it } from 'vitest';
import type { GoneFinding, Since } from '#model/lifecycle.ts';
import { makeFinding, makeResult } from '../../../test/fixtures/scan-results.ts';
import { renderSince } from './since-last.ts';

const BEFORE = 'b'.repeat(40);
const gone = (title: string): GoneFinding => ({
  ...{ id: 'x', fingerprint: title, cwe: null, title, severity: 'low', path: 'a.js', startLine: 1, endLine: 1, evidence: '' },
  ...{ state: 'open', because: 'its line was changed' },
});
const since = (over: Partial<Since> = {}): Since => ({ headSha: BEFORE, fixed: [], unknown: [], carriedHunks: 0, ...over });
const told = (over: Partial<Since>, headSha: string | null = 'a'.repeat(40)) =>
  renderSince(makeResult({ since: since(over), findings: [] }), { headSha });

describe('since the scan before', () => {
  it.each([
    { name: 'nothing changed', text: told({}), says: '**Since the last push** (`bbbbbbb`): no finding came or went.' },
    { name: 'the commit is the same', text: told({}, BEFORE), says: '**Since the last review of this commit:** no finding came or went.' },
    { name: 'its commit is not known', text: told({ headSha: null }), says: '**Since the last review:** no finding came or went.' },
    {
      name: 'one hunk was carried over',
      text: told({ carriedHunks: 1 }),
      says: '**Since the last push** (`bbbbbbb`): no finding came or went. 1 hunk is as it was and cost no call.',
    },
    {
      name: 'one finding is fixed',
      text: told({ fixed: [gone('XSS')] }),
      says: '**Since the last push** (`bbbbbbb`): **1 fixed**.\n\n- fixed: XSS in `a.js`: its line was changed',
    },
  ])('$name', ({ text, says }) => expect(text).toBe(says));

  it('five of a kind are named', () => {
    const lines = told({ fixed: ['1', '2', '3', '4', '5', '6', '7'].map(gone) }).split('\n');
    expect(lines.filter((line) => line.startsWith('- fixed:'))).toHaveLength(6);
    expect(lines.at(-1)).toBe('- fixed: 2 more');
  });

  it('what does not count is no finding that is still there', () => {
    const findings = [makeFinding({ state: 'persisting', suppressedBy: 'baseline' })];
    expect(renderSince(makeResult({ since: since(), findings }), { headSha: null })).not.toContain('still there');
  });

  it('is not spoken of where there was none', () => expect(renderSince(makeResult(), { headSha: null })).toBe(''));
});
