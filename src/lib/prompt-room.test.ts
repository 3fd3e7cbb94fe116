import { expect, it } from 'vitest';
import { answerRoom, codeTokens, definitionTokens, smallestWindow } from './prompt-room.ts';

const windowOf = (num_ctx: number, max_tokens = 1_000) => ({ settings: { num_ctx, max_tokens } });

it('divides a window between instructions, code, definitions and the answer', () => {
  expect(codeTokens({ settings: {} })).toBe(6_000);
  expect(codeTokens(windowOf(5_050))).toBe(2_400);
  expect(codeTokens(windowOf(1_200))).toBe(400);
  expect(smallestWindow(windowOf(0))).toBe(2_350);
});

it.each([
  { name: 'where no window is stated', entry: { settings: {} }, code: 6_000, tokens: 2_000 },
  { name: 'in a large window', entry: windowOf(32_000), code: 6_000, tokens: 2_000 },
  { name: 'beside a small chunk', entry: windowOf(5_050), code: 1_900, tokens: 500 },
  { name: 'beside a chunk that fills it', entry: windowOf(5_050), code: 2_400, tokens: 0 },
  { name: 'beside one that is too large', entry: windowOf(1_200), code: 400, tokens: 0 },
])('has room for $tokens tokens of definitions $name', ({ entry, code, tokens }) => expect(definitionTokens(entry, code)).toBe(tokens));

it('leaves for an answer what the prompt does not take', () => {
  expect(answerRoom({ settings: {} }, 9_999)).toBeNull();
  expect(answerRoom(windowOf(5_000), 2_000)).toBe(2_300);
  expect(answerRoom(windowOf(1_000), 2_000)).toBe(0);
});
