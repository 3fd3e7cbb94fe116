import { describe, expect, it } from 'vitest';
import { nearest, nearestFew } from './nearest.ts';

const KEYS = ['min_severity', 'min_confidence', 'scope', 'timeout', 'ollama_local', 'openai_compatible'];

describe('nearest', () => {
  it.each([
    { name: 'a letter too few', word: 'min_severty', near: 'min_severity' },
    { name: 'two letters swapped', word: 'tiemout', near: 'timeout' },
    { name: 'another case', word: 'Scope', near: 'scope' },
    { name: 'the word itself', word: 'scope', near: 'scope' },
    { name: 'a hyphen for an underscore', word: 'min-confidence', near: 'min_confidence' },
    { name: 'the beginning of a longer name', word: 'ollama', near: 'ollama_local' },
    { name: 'a longer form of a name', word: 'timeout_seconds', near: 'timeout' },
    { name: 'the middle of a longer name', word: 'compatible', near: 'openai_compatible' },
    { name: 'nothing that is near', word: 'colour', near: null },
    { name: 'a word too short to guess from', word: 'mi', near: null },
    { name: 'an empty word', word: '', near: null },
  ])('finds for $name: $near', ({ word, near }) => expect(nearest(word, KEYS)).toBe(near));

  it('finds nothing among nothing', () => expect(nearest('scope', [])).toBeNull());

  it('stays quick on a hostile word', { retry: 3 }, () => {
    const startedAt = performance.now();
    nearest('x'.repeat(1_000_000), KEYS);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});

describe('nearestFew', () => {
  const IDS = ['qwen-coder', 'qwen-coder-7b', 'my-qwen-coder', 'qwen-code', 'gpt', 'gpt-mini', 'builtin/patterns'];
  it.each([
    { word: 'qwen-codr', near: ['qwen-coder', 'qwen-code'] },
    { word: 'qwen-coder-7', near: ['qwen-coder-7b', 'qwen-coder', 'qwen-code'] },
    { word: 'coder', near: ['qwen-coder', 'qwen-coder-7b', 'my-qwen-coder'] },
    { word: 'GPT', near: ['gpt', 'gpt-mini'] },
    { word: 'claude', near: [] },
  ])('lists for $word the likeliest first: $near', ({ word, near }) => expect(nearestFew(word, IDS)).toEqual(near));
  it('lists none twice', () => expect(nearestFew('gpt', ['gpt', 'gpt'])).toEqual(['gpt']));
});
