import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';

it.each([
  { body: '/aegis', name: '', words: '' },
  { body: '/aegis review', name: 'review', words: '' },
  { body: '/AEGIS Review', name: 'review', words: '' },
  { body: '\n\r\n  /aegis  dismiss   k3v9qd  a  test \r\nthanks', name: 'dismiss', words: 'k3v9qd  a  test' },
  { body: '/aegis `explain` `k3v9qd`', name: 'explain', words: '`k3v9qd`' },
  { body: '/aegis\treview', name: 'review', words: '' },
  { body: '/aegis\nreview', name: '', words: '' },
  { body: '/aegis constructor x', name: 'constructor', words: 'x' },
])('$body', ({ body, name, words }) => expect(parseCommand(body)).toEqual({ name, words }));

it('a word that is full of code marks is read within the time of a test, whoever wrote it', () => {
  const word = `x${'`'.repeat(65_000)}x`;
  expect(parseCommand(`/aegis ${word}`)).toEqual({ name: word, words: '' });
});
