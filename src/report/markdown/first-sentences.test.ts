import { describe, expect, it } from 'vitest';
import { firstSentences } from './first-sentences.ts';

const words = (count: number) => 'word '.repeat(count).trim();

describe('of an explanation', () => {
  it.each([
    { name: 'a short one is whole', text: 'One. Two. Three. Four. Five.', first: 'One. Two. Three. Four. Five.', rest: '' },
    {
      name: 'three sentences stand in front',
      text: `One. ${words(10)}. ${words(90)}. The rest of it.`,
      first: `One. ${words(10)}. ${words(90)}.`,
      rest: 'The rest of it.',
    },
    { name: 'a long sentence is enough', text: `${words(90)}. Two. Three.`, first: `${words(90)}.`, rest: 'Two. Three.' },
    {
      name: 'a stop in code is none',
      text: `Do \`a. b. c. d\`. ${words(90)}. End.`,
      first: `Do \`a. b. c. d\`. ${words(90)}.`,
      rest: 'End.',
    },
    { name: 'a text without stops is whole', text: words(200), first: words(200), rest: '' },
    { name: 'a fenced block near the beginning stays', text: `Do:\n\`\`\`\n${words(90)}. x\n\`\`\`\nEnd. Of. It. All.`, rest: '' },
  ])('$name', ({ text, first, rest }) => expect(firstSentences(text)).toEqual({ first: first ?? text, rest }));
});
