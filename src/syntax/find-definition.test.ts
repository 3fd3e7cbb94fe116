import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDefinition } from './find-definition.ts';

/** The lines that are found, as `first-last`, or null. */
function found(text: string, path: string, symbol: string): string | null {
  const place = findDefinition(text, path, symbol);
  return place === null ? null : `${place.startLine}-${place.endLine}`;
}

const SCRIPT = `const db = require('./db');
import { helper as other } from './helper.js';

/**
 * Cleans a name.
 */
export function clean(name) {
  const local = 1;
  const trim = (text) => text.trim();
  return trim(name) + local;
}

const LIMIT = 10, OTHER = {
  retries: 3,
  send() {},
};
class Store extends Base {
  static size = 4;
  #secret = () => 1;
  constructor() {
    this.cache = new Map();
  }
  // Reads one.
  get(key) {
    return db.get(key);
  }
}
Store.prototype.drop = function (key) {};
exports.open = async () => {
  db.open();
};
export const { first, nested: { second }, ...rest } = make();
const onSave = memo(() => {
  save();
});
function createReader() {
  return { read: (path) => path, limit: 3 };
}
let later;
later = 5;
`;

const TYPED = `import type { A } from './a';
export interface User {
  name: string;
  greet(to: string): void;
}
export type Id = string | number;
export enum Color {
  RED = 1,
  BLUE,
}
export function pick(a: string): void;
export function pick(a: number): void;
export function pick(a: unknown): void {
}
@Injectable()
export class UserService {
  @Get(':id')
  @Roles('admin')
  async find(@Param('id') id: string): Promise<User> {
    return this.repo.find(id);
  }
  abstract size(): number;
}
namespace Outer.Inner {
  export const depth = 3;
}
declare function outside(a: string): void;
abstract class Shape {
  abstract area(): number;
}
`;

const PYTHON = `import os
from .db import query as run

# How often
# it is tried.
RETRIES: int = 3
A, B = 1, 2

@app.route("/x")
@login_required
def view(request):
    local = 1
    return local


class Store(Base):
    """Keeps."""

    LIMIT = 5

    def __init__(self):
        self.cache = {}

    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        pass

    async def get(self, key):
        def inner():
            pass
        return inner

double = lambda x: x * 2
try:
    FAST = True
except ImportError:
    FAST = False
type Pair = tuple[int, int]
@overload
def parse(a: int) -> int: ...
def parse(a):
    return a
`;

describe('JavaScript', () => {
  it.each([
    ['a function with its comment and its export', 'clean', '4-11'],
    ['a constant of several by its own lines', 'LIMIT', '13-13'],
    ['an object with its value', 'OTHER', '13-16'],
    ['a method of an object', 'OTHER.send', '15-15'],
    ['a value in an object', 'OTHER.retries', '14-14'],
    ['a class', 'Store', '17-27'],
    ['a static field', 'Store.size', '18-18'],
    ['a private method', 'Store.#secret', '19-19'],
    ['what a constructor sets', 'Store.cache', '21-21'],
    ['a method with its comment', 'Store.get', '23-26'],
    ['a method by the name of an instance', 'store.get', '23-26'],
    ['a method by its name alone', 'get', '23-26'],
    ['a method that is put on the prototype', 'Store#drop', '28-28'],
    ['an exported value', 'open', '29-31'],
    ['a name in a pattern', 'second', '32-32'],
    ['the rest of a pattern', 'rest', '32-32'],
    ['a function that is wrapped', 'onSave', '33-35'],
    ['a function within a function', 'trim', '9-9'],
    ['a member of what a function makes', 'reader.read', '37-37'],
    ['a variable with the value that it is given below', 'later', '39-40'],
    ['no import', 'db', null],
    ['no renamed import', 'other', null],
    ['no variable of a function', 'local', null],
    ['no key of a pattern', 'nested', null],
    ['no member of another class', 'Cache.get', null],
    ['no name that is only used', 'save', null],
    ['no constructor of every object', 'toString', null],
  ])('finds %s: %s', (_name, symbol, lines) => {
    expect(found(SCRIPT, 'src/a.js', symbol)).toBe(lines);
  });

  it.each([
    ['an anonymous function', 'export default function () {\n}\n', 'parse', '1-2'],
    ['an arrow', '// Reads.\nexport default (a) => a;\n', 'parse', '1-2'],
    ['a call', 'export default define({\n  a: 1,\n});\n', 'parse', '1-3'],
    ['CommonJS', 'module.exports = function () {\n};\n', 'parse', '1-2'],
    ['a named one', 'export default class Parse {\n}\n', 'Parse', '1-2'],
    ['default by its word', 'export default () => 1;\n', 'default', '1-1'],
    ['what is named elsewhere', 'const parse = 1;\nexport default parse;\n', 'parse', '1-1'],
    ['nothing under another name', 'export default () => 1;\n', 'other', null],
    ['no reference', 'export default thing;\n', 'parse', null],
  ])('finds the default export of the file that has the name: %s', (_name, text, symbol, lines) => {
    expect(found(text, 'src/parse.js', symbol)).toBe(lines);
  });

  it('takes the module for the holder where the file has its name', () => {
    const text = 'export function query() {\n}\n';
    expect(found(text, 'lib/db.js', 'db.query')).toBe('1-2');
    expect(found(text, 'lib/db/index.js', 'db.query')).toBe('1-2');
    expect(found(text, 'lib/cache.js', 'db.query')).toBeNull();
  });

  it('knows components', () => {
    expect(found('export const Page = ({ id }) => {\n  return <b>{id}</b>;\n};\n', 'a.tsx', 'Page')).toBe('1-3');
    expect(found('export function Page() {\n  return <b/>;\n}\n', 'a.jsx', 'Page')).toBe('1-3');
  });
});

describe('TypeScript', () => {
  it.each([
    ['User', '2-5'],
    ['User.name', '3-3'],
    ['User.greet', '4-4'],
    ['Id', '6-6'],
    ['Color', '7-10'],
    ['Color.BLUE', '7-10'],
    ['Color.RED', '7-10'],
    ['pick', '11-14'],
    ['UserService', '15-23'],
    ['UserService.find', '17-21'],
    ['userService.find', '17-21'],
    ['Inner.depth', '25-25'],
    ['Inner', '24-26'],
    ['outside', '27-27'],
    ['Shape.area', '29-29'],
    ['A', null],
    ['Param', null],
  ])('finds %s', (symbol, lines) => expect(found(TYPED, 'src/a.ts', symbol)).toBe(lines));
});

describe('Python', () => {
  it.each([
    ['RETRIES', '4-6'],
    ['B', '7-7'],
    ['view', '9-13'],
    ['Store', '16-35'],
    ['Store.LIMIT', '19-19'],
    ['Store.cache', '22-22'],
    ['Store.size', '24-26'],
    ['store.get', '32-35'],
    ['inner', '33-34'],
    ['double', '37-37'],
    ['FAST', '39-39'],
    ['Pair', '42-42'],
    ['parse', '43-46'],
    ['run', null],
    ['os', null],
    ['local', null],
    ['self.get', '32-35'],
  ])('finds %s', (symbol, lines) => expect(found(PYTHON, 'src/a.py', symbol)).toBe(lines));

  it('reads a script by its first line, and a package by its folder', () => {
    expect(found('#!/usr/bin/env python3\ndef run():\n    pass\n', 'bin/tool', 'run')).toBe('2-3');
    expect(found('def clean(): pass\n', 'app/text/__init__.py', 'text.clean')).toBe('1-1');
  });
});

describe('any text', () => {
  it('of a language without a grammar has no definitions', () => {
    expect(found('func run() {}\n', 'a.go', 'run')).toBeNull();
    expect(found('def run\nend\n', 'a.rb', 'run')).toBeNull();
    expect(found('run', 'unknown', 'run')).toBeNull();
  });

  it.each(['', '.', 'a b', 'a()', '(a)', '../a', '-a', 'a\0', 'a'.repeat(201), '*', '^$'])('is not searched for %j', (symbol) => {
    expect(found(`${symbol}\nconst a = 1;`, 'a.js', symbol)).toBeNull();
  });

  it('that is broken gives what can be read', () => {
    expect(found('function ok() {\n}\nfunction (((\n', 'a.js', 'ok')).toBe('1-2');
    expect(found('def ok():\n    pass\nclass (((\n', 'a.py', 'ok')).toBe('1-2');
  });

  it('with carriage returns has the same lines', () => {
    expect(found('// a\r\nfunction run() {\r\n}\r\n', 'a.js', 'run')).toBe('1-3');
  });

  it('with a long comment above is found without it', () => {
    expect(found(`${'// word\n'.repeat(40)}const a = 1;\n`, 'a.js', 'a')).toBe('41-41');
    expect(found(`const b = 1; /* of b\n*/\nconst a = 1;\n`, 'a.js', 'a')).toBe('3-3');
  });

  it('never makes it throw, and lines stay within the text', () => {
    const piece = fc.constantFrom(
      'class a {',
      'def a(',
      ':',
      '\n',
      '    ',
      'a',
      ' = ',
      '=>',
      '}',
      '{',
      '@',
      'export default ',
      '/*',
      '*/',
      '# ',
      'function ',
      '(',
      ')',
      '`',
      '\r\n',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('x.js', 'x.ts', 'x.tsx', 'x.py'), (pieces, path) => {
        const text = pieces.join('');
        const place = findDefinition(text, path, 'a');
        if (place === null) return;
        expect(place.startLine).toBeGreaterThanOrEqual(1);
        expect(place.endLine).toBeGreaterThanOrEqual(place.startLine);
        expect(place.endLine).toBeLessThanOrEqual(text.split('\n').length);
      }),
      { numRuns: 400 },
    );
  });

  it('that nests without end costs no more than its length', () => {
    const cost = (times: number) => {
      const startedAt = process.cpuUsage();
      for (const piece of ['[', '{a:', 'class a {', 'a.', '// a\n', 'a(function a() {', '(a) => ']) {
        for (const path of ['a.js', 'a.py']) findDefinition(`a = ${piece.repeat(times)}`, path, 'a');
      }
      return process.cpuUsage(startedAt).user;
    };
    cost(500);
    expect(cost(6_000)).toBeLessThan(12 * cost(1_500) + 500_000);
  });
});
