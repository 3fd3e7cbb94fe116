import { describe, expect, it } from 'vitest';
import { estimateTokens } from './estimate-tokens.ts';

/** Counts of the cl100k tokenizer, taken once. */
const COUNTED = [
  { name: 'a call', text: 'const rows = await db.query("SELECT * FROM users WHERE id = " + req.params.id);', tokens: 20 },
  { name: 'a numbered line', text: '  42 + const password = "hunter2";', tokens: 11 },
  { name: 'prose', text: 'Report only weaknesses that the added lines introduce, and quote the line.', tokens: 14 },
  { name: 'Python', text: 'def load(path):\n    with open(path) as handle:\n        return yaml.load(handle)\n', tokens: 18 },
];

describe('estimateTokens', () => {
  it.each(COUNTED)('is within a third of the count for $name', ({ text, tokens }) => {
    expect(estimateTokens(text) / tokens).toBeGreaterThan(0.67);
    expect(estimateTokens(text) / tokens).toBeLessThan(1.34);
  });

  it('counts nothing for nothing', () => expect(estimateTokens('')).toBe(0));

  it('does not underrate text beyond ASCII', () => {
    expect(estimateTokens('これは危険なコードです')).toBeGreaterThanOrEqual(10);
  });

  it('is linear: a megabyte takes well under a second', () => {
    const startedAt = performance.now();
    estimateTokens('<'.repeat(500_000) + 'é'.repeat(500_000));
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
