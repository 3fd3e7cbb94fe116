import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tellOutput } from './tell-output.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen() {
  const told: string[] = [];
  return { told, output: tellOutput((text) => void told.push(text)) };
}

describe('tellOutput', () => {
  it('tells the first part at once, and then what came in between, ten times a second', () => {
    const { told, output } = listen();
    for (let word = 0; word < 100; word += 1) {
      output.hear('ab');
      vi.advanceTimersByTime(10);
    }
    expect(told.length).toBeGreaterThanOrEqual(9);
    expect(told.length).toBeLessThanOrEqual(11);
    output.end();
    expect(told.join('')).toBe('ab'.repeat(100));
  });

  it('is still while nothing comes, and goes on after a pause', () => {
    const { told, output } = listen();
    output.hear('a');
    vi.advanceTimersByTime(5_000);
    expect(vi.getTimerCount()).toBe(0);
    output.hear('b');
    expect(told).toEqual(['a', 'b']);
  });

  it('tells a large part in pieces, and what is left at the end', () => {
    const { told, output } = listen();
    output.hear('x'.repeat(10_000));
    expect(told).toHaveLength(1);
    output.end();
    expect(told.map((text) => text.length)).toEqual([4_096, 4_096, 1_808]);
  });

  it('ends a text without end, and says so', () => {
    const { told, output } = listen();
    for (let part = 0; part < 1_000; part += 1) output.hear('x'.repeat(1_000));
    output.end();
    const text = told.join('');
    expect(text).toHaveLength(65_537);
    expect(text.endsWith('x…')).toBe(true);
  });

  it('tells nothing after it is dropped or has ended', () => {
    const { told, output } = listen();
    output.hear('a');
    output.hear('b');
    output.drop();
    output.hear('c');
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells the text as it was, whatever its parts, and tears no sign', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 3_000 }), fc.nat(150)), { maxLength: 12 }), (parts) => {
        const { told, output } = listen();
        for (const [text, ms] of parts) {
          output.hear(text);
          vi.advanceTimersByTime(ms);
        }
        output.end();
        const text = parts.map(([part]) => part).join('');
        if (text.length < 65_536) expect(told.join('')).toBe(text);
        for (const one of told) {
          expect(one.length).toBeLessThanOrEqual(4_097);
          expect(one.isWellFormed?.() ?? true).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
