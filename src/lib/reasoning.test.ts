import { describe, expect, it } from 'vitest';
import { withoutReasoning } from './reasoning.ts';

describe('withoutReasoning', () => {
  it.each([
    { name: 'leaves a text without it alone', text: 'a <b> c', kept: 'a <b> c' },
    { name: 'drops a block', text: '<think>x</think>a', kept: 'a' },
    { name: 'drops several, of several kinds', text: 'a<think>x</think>b[THINK]y[/THINK]c', kept: 'abc' },
    { name: 'drops what stands before a stray closing tag', text: 'draft</think>a', kept: 'a' },
    { name: 'drops what stands behind an open one', text: 'a<think>x', kept: 'a' },
    { name: 'takes a tag within a block for its text', text: '<think>a <think> b</think>c', kept: 'c' },
    { name: 'knows channels', text: '<|channel|>analysis x<|channel|>final<|message|>a', kept: 'a' },
    { name: 'leaves nothing of nothing but thoughts', text: '<think>x</think>', kept: '' },
  ])('$name', ({ text, kept }) => expect(withoutReasoning(text)).toBe(kept));
});
