import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importedModules } from './imported-modules.ts';
import { isSecretFile } from './is-secret-file.ts';
import { MOST_HOMES, rankHomes } from './rank-homes.ts';
import { areAlike, isNamedAfter, splitSymbol } from './symbol-name.ts';

const rank = (
  paths: readonly string[],
  from: string,
  fromText: string | null,
  symbol = 'clean',
  defined: readonly string[] | null = null,
) => {
  const name = splitSymbol(symbol);
  return name === null ? [] : rankHomes(paths, { symbol: name, from, fromText, looksDefined: defined === null ? null : new Set(defined) });
};

describe('the first file is the one that is imported', () => {
  it.each([
    { from: 'src/a/b.ts', text: "import { clean } from './c';", first: 'src/a/c.ts', others: ['src/c.ts', 'lib/c.ts'] },
    { from: 'src/a/b.ts', text: "import {\n  clean,\n} from '../text/clean.js';", first: 'src/text/clean.ts', others: ['src/a/clean.ts'] },
    { from: 'src/a/b.ts', text: "import x from '@/lib/text';", first: 'src/lib/text.ts', others: ['src/a/text.ts', 'src/other/text.ts'] },
    { from: 'src/b.js', text: "const { clean } = require('./text')", first: 'src/text/index.js', others: ['src/lib/text.js', 'src/a.js'] },
    { from: 'src/b.ts', text: "export * from './user.service'", first: 'src/user.service.ts', others: ['src/user.ts', 'src/service.ts'] },
    { from: 'app/views.py', text: 'from .text import clean', first: 'app/text.py', others: ['text.py', 'app/db.py'] },
    {
      from: 'app/sub/views.py',
      text: 'from ..text import (\n  clean,\n  x)',
      first: 'app/text/__init__.py',
      others: ['text.py', 'app/sub/text.py'],
    },
    { from: 'app/views.py', text: 'from . import text', first: 'app/text.py', others: ['app/db.py', 'lib/text.py'] },
    { from: 'app/views.py', text: 'import core.text as t', first: 'src/core/text.py', others: ['app/text.py', 'other/text.py'] },
    {
      from: 'src/main/java/a/B.java',
      text: 'import org.acme.text.Cleaner;',
      first: 'src/main/java/org/acme/text/Cleaner.java',
      others: ['src/main/java/a/Cleaner.java'],
    },
    {
      from: 'cmd/main.go',
      text: 'import (\n\t"fmt"\n\tt "github.com/acme/app/internal/text"\n)',
      first: 'internal/text/clean_all.go',
      others: ['cmd/other.go', 'text/a.go'],
    },
    { from: 'app/b.rb', text: "require_relative '../lib/text'", first: 'lib/text.rb', others: ['app/text.rb'] },
    { from: 'src/B.php', text: 'use Acme\\Text\\Cleaner;', first: 'lib/Acme/Text/Cleaner.php', others: ['src/Cleaner.php'] },
    { from: 'src/b.php', text: "require_once __DIR__ . '/inc/text.php';", first: 'src/inc/text.php', others: ['inc/text.php'] },
    { from: 'src/b.cs', text: 'using Acme.Text;', first: 'lib/Acme/Text/Any.cs', others: ['src/c.cs'] },
    { from: 'src/b.c', text: '#include "util/text.h"', first: 'src/util/text.c', others: ['src/text.c', 'lib/text.c'] },
  ])('$from: $text', ({ from, text, first, others }) => {
    expect(rank([...others, first], from, text, 'unrelated')[0]).toBe(first);
    expect(rank([first, ...others], from, text, 'unrelated')[0]).toBe(first);
  });
});

describe('the order', () => {
  const text = "import { clean } from './text';";
  it('is the file itself, lines like a definition, imports, names, the folder, and what is near', () => {
    const paths = [
      'x/y/far.ts',
      'src/beside.ts',
      'src/text.ts',
      'x/clean.ts',
      'src/use.ts',
      'lib/defined.ts',
      'vendor/clean.ts',
      'src/text.test.ts',
    ];
    expect(rank(paths, 'src/use.ts', text, 'clean', ['lib/defined.ts', 'vendor/clean.ts'])).toEqual([
      ...[
        'src/use.ts',
        'lib/defined.ts',
        'src/text.ts',
        'x/clean.ts',
        'src/beside.ts',
        'x/y/far.ts',
        'src/text.test.ts',
        'vendor/clean.ts',
      ],
    ]);
  });

  it('has no strangers where nobody looked into the files', () => {
    expect(rank(['x/y/far.ts', 'src/beside.ts', 'x/store.ts'], 'src/use.ts', text, 'Store.get')).toEqual(['x/store.ts', 'src/beside.ts']);
  });

  it('leaves out other languages and secrets', () => {
    const paths = ['src/clean.py', 'src/.env.ts', 'src/id_rsa.ts', '.ssh/clean.ts', 'src/clean.tsx', 'src/clean.vue'];
    expect(rank(paths, 'src/use.ts', null)).toEqual(['src/clean.tsx', 'src/clean.vue']);
  });

  it('ends after a few', () => {
    const many = Array.from({ length: 100 }, (_, index) => `src/f${index}.ts`);
    expect(rank(many, 'src/use.ts', text)).toHaveLength(MOST_HOMES);
  });

  it('depends neither on the order of the paths nor on what a stranger writes', () => {
    const path = fc.constantFrom(
      'src/a.ts',
      'src/text.ts',
      'b/clean.ts',
      'c.ts',
      'src/x/index.ts',
      '__proto__/constructor.ts',
      'a//b.ts',
      '.ts',
      '',
    );
    const piece = fc.constantFrom(
      "import '",
      "from '",
      './',
      '../',
      'text',
      "'",
      '\n',
      '(',
      'constructor',
      '__proto__',
      ' ',
      'a.b',
      'from . import x',
    );
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.array(piece, { maxLength: 30 }), (paths, pieces) => {
        const source = pieces.join('');
        for (const from of ['src/use.ts', 'a.py', 'a.php', 'a.go', 'a']) {
          expect(rank([...paths].reverse(), from, source)).toEqual(rank(paths, from, source));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('costs little in a large repository, and with a text made to be slow', () => {
    const startedAt = process.cpuUsage();
    const many = Array.from({ length: 100_000 }, (_, index) => `src/folder${index % 1000}/file${index}.ts`);
    rank(many, 'src/folder1/use.ts', "import './text';\n".repeat(1000));
    for (const piece of ['from ', 'import ', 'require (', '(', 'require ', ' '.repeat(50), '"a', '\t', 'from . import (', 'import a,']) {
      for (const from of ['a.ts', 'a.py', 'a.php', 'a.go', 'a.rb', 'a.c', 'a.java'])
        importedModules(piece.repeat(Math.ceil(100_000 / piece.length)), from);
    }
    expect(process.cpuUsage(startedAt).user).toBeLessThan(8_000_000);
  });
});

it.each([
  ['query', 'query', null],
  ['Store.get', 'get', 'Store'],
  ['app.models.User', 'User', 'models'],
  ['db::query', 'query', 'db'],
  ['User#valid?', 'valid?', 'User'],
  ['this.store.get', 'get', 'store'],
  ['self.get', 'get', null],
  ['$el', '$el', null],
  ['größe', 'größe', null],
])('the symbol %s is %s of %s', (symbol, name, holder) => expect(splitSymbol(symbol)).toEqual({ name, holder }));

it.each([
  '',
  '.',
  '-O',
  '--open-files-in-pager=x',
  'a b',
  'a\n',
  'a\0',
  '../a',
  'a/b',
  'a()',
  "a'",
  'a|b',
  'valid?.x',
  '1a',
  ':(top)a',
  'a'.repeat(201),
])('no symbol: %j', (symbol) => expect(splitSymbol(symbol)).toBeNull());

it('files are named after words, and names are alike, whatever their spelling', () => {
  for (const path of ['src/user-store.ts', 'UserStore.java', 'user_store/index.js', 'user_store/__init__.py', 'userstore.test.ts']) {
    expect([path, isNamedAfter(path, 'userStore')]).toEqual([path, true]);
  }
  expect(isNamedAfter('src/store.ts', 'userStore')).toBe(false);
  expect(areAlike('userStore', 'UserStore')).toBe(true);
  expect(areAlike('store', 'UserStore')).toBe(true);
  expect(areAlike('db', 'Dbx')).toBe(false);
  expect(areAlike('store', 'cache')).toBe(false);
});

it.each([
  '.env',
  '.env.local',
  'a/prod.env',
  'certs/server.pem',
  'a.key',
  'id_rsa',
  'id_ed25519.pub',
  '.npmrc',
  '.aws/config',
  'a/.ssh/x',
  'credentials.json',
  'secrets.yml',
  'x.tfvars',
  '.GIT/config',
  'ID_RSA',
])('%s holds secrets', (path) => expect(isSecretFile(path)).toBe(true));

it.each(['src/env.ts', 'src/secrets/store.ts', 'keys.ts', 'src/credentials.ts', 'README.md', 'environment.env.ts'])('%s is code', (path) =>
  expect(isSecretFile(path)).toBe(false),
);
