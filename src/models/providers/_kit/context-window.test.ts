import { describe, expect, it } from 'vitest';
import { chooseWindow, refineMargin, WIDE_MARGIN } from './context-window.ts';

describe('the window to ask for', () => {
  it.each([
    { name: 'is the smallest for a short prompt', args: [100, 500, 0, null], window: 4096 },
    { name: 'holds prompt and answer with a margin', args: [3000, 500, 0, null], window: 8192 },
    { name: 'needs less with a margin that was learned', args: [3000, 500, 0, null, 1.1], window: 4096 },
    { name: 'is never smaller than before', args: [100, 500, 16_384, null], window: 16_384 },
    { name: 'is never larger than the model’s', args: [30_000, 500, 0, 8192], window: 8192 },
  ] as { name: string; args: Parameters<typeof chooseWindow>; window: number }[])('$name', ({ args, window }) =>
    expect(chooseWindow(...args)).toBe(window),
  );
});

describe('the margin of a model', () => {
  it.each([
    { name: 'stays wide until something was counted', counted: null, prompt: 2000, widest: 0, margin: WIDE_MARGIN },
    { name: 'learns nothing from a short prompt', counted: 90, prompt: 60, widest: 0, margin: WIDE_MARGIN },
    { name: 'is what the model counts and a tenth', counted: 2400, prompt: 2000, widest: 0, margin: 1.32 },
    { name: 'keeps the widest that it saw', counted: 2000, prompt: 2000, widest: 1.5, margin: 1.65 },
    { name: 'is a tenth at least, for servers that do not count what they had', counted: 100, prompt: 2000, widest: 0, margin: 1.1 },
  ])('$name', ({ counted, prompt, widest, margin }) => expect(refineMargin(counted, prompt, widest).margin).toBeCloseTo(margin));
});
