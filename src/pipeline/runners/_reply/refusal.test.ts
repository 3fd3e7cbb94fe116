import { expect, it } from 'vitest';
import { readsAsRefusal } from './refusal.ts';

it.each([
  ["I'm sorry, but I can't help with that.", true],
  ['I’m sorry, but I can’t assist with this request.', true],
  ['I cannot provide security analysis of this code.', true],
  ['Sorry, I am unable to review exploit code.', true],
  ['As an AI language model, I cannot assist with hacking.', true],
  ['No issues found.', false],
  ['I can see one problem: the query is concatenated.', false],
  ["Sorry for the confusion. Line 4 can't be reached.", false],
  ['', false],
])('%j: %s', (text, refusal) => expect(readsAsRefusal(text)).toBe(refusal));
