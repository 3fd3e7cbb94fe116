import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitThinking } from './thinking.ts';

const split = (...pieces: string[]) => {
  const thinking = splitThinking();
  const text = pieces.map((piece) => thinking.take(piece)).join('') + thinking.end();
  return { text, found: thinking.found() };
};

describe('reasoning before an answer', () => {
  it.each([
    { name: 'nothing to leave out', said: '{"a":1}', text: '{"a":1}', found: false },
    { name: 'a block of thoughts', said: '<think>\nHm. {"a":2}\n</think>\n\n{"a":1}', text: '{"a":1}', found: true },
    { name: 'a block under its longer name', said: '<thinking>Hm.</thinking>{"a":1}', text: '{"a":1}', found: true },
    { name: 'an empty block', said: '<think></think>\n{"a":1}', text: '{"a":1}', found: true },
    { name: 'white space before the block', said: '\n <think>Hm.</think>{"a":1}', text: '{"a":1}', found: true },
    { name: 'a block that is never closed', said: '<think>Hm. {"a":1}', text: '', found: true },
    { name: 'marks within the answer', said: '{"a":"<think>x</think>"}', text: '{"a":"<think>x</think>"}', found: false },
    { name: 'an answer that begins like a mark', said: '<thin air>', text: '<thin air>', found: false },
    { name: 'no more than the beginning of a mark', said: ' <thi', text: ' <thi', found: false },
    { name: 'nothing', said: '', text: '', found: false },
  ])('is told from it: $name', ({ said, text, found }) => {
    expect(split(said)).toEqual({ text, found });
    expect(split(...said)).toEqual({ text, found });
  });

  it('is the same however the stream cuts it', () => {
    const word = fc.constantFrom('<', 'think', '>', '</think>', '<think>', ' ', 'a', '{', '<thinking>', '</thinking>', '\n');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        expect(split(...words)).toEqual(split(words.join('')));
        expect(split(...words.join(''))).toEqual(split(words.join('')));
      }),
    );
  });
});
