import { expect, it } from 'vitest';
import { completeFragment } from './fragment.ts';

it.each([
  { name: 'an open callback', text: "get('/', (req) => {\n  run([1", closed: "get('/', (req) => {\n  run([1])})" },
  { name: 'what is closed', text: 'f({ a: [1] });', closed: 'f({ a: [1] });' },
  { name: 'brackets in strings and comments', text: 'a("(", \'{\', `[`); // {\n/* ( */', closed: 'a("(", \'{\', `[`); // {\n/* ( */' },
  { name: 'closers of what began before', text: '  }\n});\nb();', closed: '  }\n});\nb();' },
])('$name', ({ text, closed }) => {
  expect(completeFragment(text, 'javascript')).toBe(closed);
});

it('leaves other languages and what is not code alone', () => {
  expect(completeFragment('f(', 'python')).toBe('f(');
  expect(completeFragment('('.repeat(1_000), 'typescript')).toBe('('.repeat(1_000));
});
