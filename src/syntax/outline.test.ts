import { expect, it } from 'vitest';
import { outlineOf } from './outline.ts';

const JAVASCRIPT = `import a from 'a';
const b = require('b');
export const load = async () => {
  await b();
};
class Store {
  get(key) { return key; }
  put = (key) => key;
}
module.exports.run = function () {};
`;

const PYTHON = `import os
from a import (
    b,
)

class Store:
    def get(self, key):
        return key

@route("/x")
def view():
    pass
`;

it.each([
  {
    name: 'functions that are assigned have their name',
    path: 'a.js',
    text: JAVASCRIPT,
    symbols: ['load 3-5', 'Store 6-9', 'get 7-7', 'put 8-8', 'run 10-10'],
    imports: [1, 2],
  },
  {
    name: 'typed code is read by its own grammar',
    path: 'a.ts',
    text: 'function f(x: Array<string>): void {\n}\n',
    symbols: ['f 1-2'],
    imports: [],
  },
  {
    name: 'an import of several lines counts whole',
    path: 'a.py',
    text: PYTHON,
    symbols: ['Store 6-8', 'get 7-8', 'view 11-12'],
    imports: [1, 2, 3, 4],
  },
  { name: 'broken code gives what can be read', path: 'a.js', text: 'function ok() {}\nfunction (((\n', symbols: ['ok 1-1'], imports: [] },
])('$name', ({ path, text, symbols, imports }) => {
  const outline = outlineOf(text, path);
  expect(outline?.symbols.map(({ name, startLine, endLine }) => `${name} ${startLine}-${endLine}`)).toEqual(symbols);
  expect(outline?.importLines).toEqual(imports);
});

it('a language without a grammar has no outline', () => {
  expect(outlineOf('SELECT 1', 'a.sql')).toBeNull();
  expect(outlineOf('text', 'unknown')).toBeNull();
});
