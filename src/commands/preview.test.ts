import { describe, expect, it } from 'vitest';
import type { Plan } from '#model/plan.ts';
import type { ScanPreview } from '#pipeline/preview/preview-scan.ts';
import type { SeatPreview } from '#pipeline/preview/preview-seats.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { planDocument } from './plan-document.ts';
import { showPreview } from './preview.ts';
import { wrapText } from './wrap-text.ts';

function seat(model: string, over: Partial<SeatPreview> = {}): SeatPreview {
  return {
    ...{ id: `deep_scan:${model}`, model, role: 'deep_scan', stage: 'deep_scan', tier: null, calls: 2, atMost: false },
    ...{ tokensIn: 1200, tokensOut: 4096, costUsd: 0, problem: null },
    ...over,
  };
}

function preview(seats: readonly SeatPreview[], over: Partial<ScanPreview> = {}): ScanPreview {
  const total = { calls: 4, tokensIn: 2400, tokensOut: 8192, costUsd: 0.25, unpriced: [] };
  return { hunks: 3, chunks: 2, codeTokens: 812, seats, total, left: [], ...over };
}

const plan = (over: Parameters<typeof makePlan>[1] = {}) =>
  makePlan([makeSeat('a')], { budget: { usd: 0.5, tokens: 400_000, minutes: 15 }, ...over });

describe('showPreview', () => {
  it('shows every stage with its seats, the total, the consensus and the budget', () => {
    const stages: Partial<Plan['stages']> = {
      triage: { seats: ['triage:t'], threshold: 0.3, votes: false },
      deepScan: { tiers: [['deep_scan:a'], ['deep_scan:b']] },
      judge: { seats: ['judge:j', 'judge:j2'] },
      explain: { seats: ['explain:e'], max: 3 },
    };
    const consensus: Partial<Plan['consensus']> = {
      strategy: 'strict',
      steps: [
        { kind: 'filter', minSeverity: 'medium', minConfidence: 0.3, cwes: ['CWE-89'] },
        { kind: 'vote', strategy: 'weighted_vote', threshold: 0.6 },
        { kind: 'judge', when: 'disagreement' },
        { kind: 'cap', findings: 10 },
      ],
    };
    const text = showPreview(
      preview([
        seat('t', { role: 'triage', stage: 'triage' }),
        seat('a', { tier: 1, atMost: true }),
        seat('k', { role: 'keys', tier: 1, atMost: true }),
        seat('b', { tier: 2, atMost: true, costUsd: 0.0123 }),
        seat('j', { role: 'judge', stage: 'judge', atMost: true, costUsd: 0.5 }),
        seat('n', { role: 'notes', stage: 'annotate', atMost: true, costUsd: 0.00001 }),
        seat('e', { role: 'explain', stage: 'explain', atMost: true, costUsd: 12.5 }),
      ]),
      plan({ stages, consensus, budget: { usd: 0.5, tokens: 400_000, minutes: 15, monthlyUsd: 20 } }),
    );
    expect(text).toBe(`3 changed hunks in 2 chunks, about 812 tokens of code.

                                      calls   tokens in  tokens out        cost
triage: a chunk is suspicious from 0.3 on
  t                                       2       1,200       4,096          $0
deep_scan, tier 1 of 2
  a                                     ≤ 2       1,200       4,096          $0
keys, beside deep_scan, tier 1 of 2
  k                                     ≤ 2       1,200       4,096          $0
deep_scan, tier 2 of 2
  b                                     ≤ 2       1,200       4,096     $0.0123
judge: claims without a majority, one of them for each chunk
  j                                     ≤ 2       1,200       4,096       $0.50
notes, on findings
  n                                     ≤ 2       1,200       4,096    <$0.0001
explain: the 3 worst findings
  e                                     ≤ 2       1,200       4,096      $12.50
in all                                  ≤ 4       2,400       8,192       $0.25

consensus   strict: filter (severity from medium; confidence from 0.3; CWE-89),
            then weighted_vote (more than 0.6 of the weights), then judge
            (claims without a majority), then cap (the worst 10)
budget      $0.50, 400,000 tokens, 15 minutes; $20.00 a month for the repository

Tokens are estimated; those out and the cost are the most that the models may
  write. Calls that are repeated, questions for definitions and checks of
  replacements come on top; answers that are kept cost nothing.
Nothing was called.
`);
  });

  const total = preview([]).total;
  it.each([
    {
      name: 'a price that nobody knows',
      made: preview([seat('gpt', { costUsd: null })], { total: { ...total, costUsd: 0, unpriced: ['gpt'] } }),
      says: [
        /gpt +2 +1,200 +4,096 +unknown\n/,
        /in all.* unknown\n/,
        /\nPrice unknown: gpt\. The money limit cannot hold what that costs\.\n/,
      ],
    },
    {
      name: 'a price that is known in part',
      made: preview([seat('a', { costUsd: 0.25 }), seat('gpt', { costUsd: null })], { total: { ...total, unpriced: ['gpt'] } }),
      says: [/in all.* \$0\.25 \+ \?\n/],
    },
    {
      name: 'a model that cannot be called',
      made: preview([seat('gpt', { costUsd: null, problem: 'The key is not set: set it.' })], { total: { ...total, unpriced: ['gpt'] } }),
      says: [/\ngpt cannot be called\. The key is not set: set it\.\n/],
      not: /Price unknown/,
    },
    {
      name: 'a budget that may not last',
      made: preview([seat('a')], { total: { ...total, costUsd: 0.75, tokensIn: 500_000 } }),
      says: [/may not hold all of this: up to \$0\.75 of \$0\.50, and\s+508,192 tokens of\s+400,000\./],
    },
    {
      name: 'what is left out',
      made: preview([seat('a')], { left: [{ path: 'docs/a.md', reason: 'prose' }] }),
      says: [/\nWould not be reviewed:\n {2}docs\/a\.md: prose\nNothing was called\.\n$/],
    },
    {
      name: 'a seat that nothing is asked of',
      made: preview([seat('a', { calls: 0, atMost: true })]),
      says: [/ {2}a +0 +1,200 +4,096 +–\n/],
    },
  ])('tells $name', ({ made, says, not = /never/ }) => {
    const text = showPreview(made, plan());
    for (const one of says) expect(text).toMatch(one);
    expect(text).not.toMatch(not);
  });

  it('fits 80 columns and one line each, whatever strangers call their models and files', () => {
    const evil = `${'x'.repeat(200)}\n::error::pwned \u001B[31mred\u202E`;
    const made = preview([seat(evil, { problem: `No: ${'word '.repeat(60)}` }), seat('openai_compatible:gpt-5-mini-2025-08-07-preview')], {
      left: [{ path: `src/\n::error::${'y/'.repeat(60)}\u001B[2J.js`, reason: 'binary '.repeat(40) }],
      total: { ...total, calls: 1234, tokensIn: 123_456_789, tokensOut: 98_765_432, costUsd: 12_345.6, unpriced: [] },
    });
    const text = showPreview(
      made,
      plan({ consensus: { steps: [{ kind: 'filter', minSeverity: null, minConfidence: null, cwes: Array(80).fill('CWE-89') }] } }),
    );
    // A word that is longer than a line is shown whole, on a line of its own.
    for (const line of text.split('\n')) expect(line.length <= 80 || !line.trim().replace(': :', '::').includes(' ') ? '' : line).toBe('');
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}|^\s*::/mu);
    expect(text).toContain('\n  openai_compatible:gpt-5-mini-2025-08-07-preview\n');
  });
});

describe('planDocument', () => {
  it('has the keys of the contract', () => {
    const document = planDocument(
      preview([seat('a')], { left: [{ path: 'a.md', reason: 'prose' }] }),
      plan({ budget: { usd: 0.1, tokens: 10, minutes: 1 } }),
    );
    expect(document).toEqual({
      schemaVersion: 1,
      stages: plan().stages,
      seats: [seat('a')],
      reserves: [],
      hunks: 3,
      chunks: 2,
      calls: 4,
      tokens: { code: 812, in: 2400, out: 8192 },
      cost: { usd: 0.25, unpriced: [] },
      consensus: { strategy: 'union', steps: [{ kind: 'vote', strategy: 'union', threshold: 0.5 }], fallback: 'union' },
      budget: { usd: 0.1, tokens: 10, minutes: 1, monthlyUsd: null, mayExceed: ['usd', 'tokens'] },
      left: [{ path: 'a.md', reason: 'prose' }],
    });
  });
});

it.each([
  { text: 'short', lines: ['short'] },
  { text: '', lines: [''] },
  { text: `  ${'ab '.repeat(30)}end`, lines: [`  ${'ab '.repeat(26).trim()}`, '    ab ab ab ab end'] },
  { text: `a ${'x'.repeat(90)} b`, lines: ['a', `    ${'x'.repeat(90)}`, '    b'] },
])('wraps $text', ({ text, lines }) => expect(wrapText(text, 4)).toEqual(lines));
