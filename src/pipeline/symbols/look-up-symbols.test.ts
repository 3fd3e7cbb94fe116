import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Chunk } from '#model/chunk.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import { findDefinition } from '#syntax/find-definition.ts';
import { chunkOf } from '../../../test/fakes/chunk-of.ts';
import { createSymbolLookUp, type SymbolLookUpOptions } from './look-up-symbols.ts';
import { readSymbol } from './read-symbol.ts';
import { shareTokens } from './share-tokens.ts';

/** A repository in memory that finds a name in every file that holds its last part. */
function repository(files: Readonly<Record<string, string>>) {
  const reads: string[] = [];
  const searches: string[] = [];
  const reader: CodeReader = {
    prefetch: async () => undefined,
    read: async (path) => {
      reads.push(path);
      return files[path] ?? null;
    },
    whereDefined: async (symbol, from) => {
      searches.push(`${symbol} ${from}`);
      const name = symbol.split('.').at(-1) ?? '';
      return Object.keys(files).filter((path) => files[path]?.includes(name));
    },
  };
  return { reader, reads, searches };
}

const lookUpIn = (reader: CodeReader, over: Partial<SymbolLookUpOptions> = {}) =>
  createSymbolLookUp({ reader, findDefinition, signal: new AbortController().signal, ...over });
const brief = (found: Awaited<ReturnType<ReturnType<typeof lookUpIn>>>) =>
  found.map(({ symbol, path, startLine, text }) => `${symbol} ${path}:${startLine} ${text.split('\n').join('|')}`);

const USE = "import { clean as tidy } from './text';\nexport function use(a) {\n  return tidy(a);\n}\nconst LIMIT = 5;\n";
const FILES = {
  'src/use.ts': USE,
  'src/text.ts': '// Cleans.\nexport function clean(a) {\n  return a.trim();\n}\n',
  'src/store.ts': 'export class UserStore {\n  get(key) {\n    return key;\n  }\n}\n',
  'src/db.ts': 'export const query = (sql) => sql;\n',
  '.env.ts': 'export const token = "s3cret";\n',
  'certs/server.pem': 'token',
};
/** Shows line 3 of `src/use.ts` alone. */
const chunk = chunkOf({ 'src/use.ts': USE }, { shown: [3] });

describe('a definition', () => {
  it.each([
    { name: 'is found in the file of the chunk itself', ask: 'LIMIT', found: ['LIMIT src/use.ts:5 const LIMIT = 5;'] },
    {
      name: 'is found in another file, with its comment',
      ask: 'clean(a)',
      found: ['clean src/text.ts:1 // Cleans.|export function clean(a) {|  return a.trim();|}'],
    },
    {
      name: 'is found under the name that it is imported by',
      ask: 'tidy',
      found: ['tidy src/text.ts:1 // Cleans.|export function clean(a) {|  return a.trim();|}'],
    },
    { name: 'is found as a member', ask: 'UserStore.get', found: ['UserStore.get src/store.ts:2   get(key) {|    return key;|  }'] },
    {
      name: 'is found through an object of any name',
      ask: 'cache.get',
      found: ['cache.get src/store.ts:2   get(key) {|    return key;|  }'],
    },
    {
      name: 'is found in the module that is named',
      ask: '`db.query(sql)`',
      found: ['db.query src/db.ts:1 export const query = (sql) => sql;'],
    },
    { name: 'is not invented', ask: 'unheard', found: [] },
    { name: 'is not looked for without a name', ask: 'where does it come from?', found: [] },
    { name: 'is never taken from a file of secrets', ask: 'token', found: [] },
  ])('$name', async ({ ask, found }) => {
    const { reader, reads } = repository(FILES);
    expect(brief(await lookUpIn(reader)([ask], chunk))).toEqual(found);
    expect(reads.filter((path) => /env|pem/.test(path))).toEqual([]);
  });

  it('that the chunk shows in full is left out, and one that it shows in part is given', async () => {
    const { reader } = repository(FILES);
    expect(brief(await lookUpIn(reader)(['use'], chunk))).toEqual(['use src/use.ts:2 export function use(a) {|  return tidy(a);|}']);
    expect(await lookUpIn(reader)(['use'], chunkOf({ 'src/use.ts': USE }, { shown: [2, 3, 4] }))).toEqual([]);
  });

  it('is found where the chunk knows its lines alone, through the reader', async () => {
    const { reader } = repository(FILES);
    expect(await lookUpIn(reader)(['LIMIT'], chunkOf({ 'src/use.ts': USE }, { shown: [3], known: false }))).toHaveLength(1);
  });

  it('is not looked for beyond the chunk where nothing else is known', async () => {
    const reader: CodeReader = { read: async () => null, prefetch: async () => undefined };
    const lookUp = lookUpIn(reader);
    expect(await lookUp(['LIMIT', 'clean'], chunk)).toHaveLength(1);
  });

  it('is not looked for in a chunk of secrets', async () => {
    const { reader } = repository({});
    expect(await lookUpIn(reader)(['token'], chunkOf({ '.env.ts': 'export const token = "s3cret";\n' }, { shown: [2] }))).toEqual([]);
  });
});

describe('a request', () => {
  it('is answered for five symbols, in their order, each place once', async () => {
    const names = ['e', 'd', 'c', 'b', 'a', 'z'];
    const { reader } = repository(
      Object.fromEntries(names.map((name) => [`src/${name}.ts`, `export const ${name} = "${names.join(' ')}";\n`])),
    );
    const found = await lookUpIn(reader)(['e', 'e()', 'the function e', ...names], chunk);
    expect(found.map(({ symbol }) => symbol)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('names one place once, whatever it is called', async () => {
    const { reader } = repository(FILES);
    expect(await lookUpIn(reader)(['get', 'UserStore.get', 'cache.get'], chunk)).toHaveLength(1);
  });

  it('stays within its tokens, keeps short definitions whole and the heads of long ones', async () => {
    const body = (name: string, lines: number) => `function ${name}() {\n${'  call(first, second, third);\n'.repeat(lines)}}\n`;
    const { reader } = repository({ 'a.ts': body('long', 900), 'b.ts': body('longer', 2_000), 'c.ts': body('short', 3) });
    const found = await lookUpIn(reader)(['long', 'longer', 'short'], chunk);
    expect(found.map(({ symbol }) => symbol)).toEqual(['long', 'longer', 'short']);
    expect(found[2]?.text).toBe(body('short', 3).trimEnd());
    for (const { symbol, text } of found) expect(text.startsWith(`function ${symbol}() {\n`)).toBe(true);
    const spent = found.reduce((tokens, { text }) => tokens + estimateTokens(`${text}\n`), 0);
    expect(spent).toBeLessThanOrEqual(1_500);
    expect(spent).toBeGreaterThan(1_200);
    expect(await lookUpIn(reader, { maxTokens: 3 })(['long'], chunk)).toEqual([]);
  });

  it('shares its work with others that ask for the same, at once and later', async () => {
    const { reader, searches } = repository(FILES);
    const lookUp = lookUpIn(reader);
    const [one, two] = await Promise.all([lookUp(['clean'], chunk), lookUp(['clean()'], chunk)]);
    expect(await lookUp(['clean'], chunk)).toEqual(one);
    expect(two).toEqual(one);
    expect(searches).toEqual(['clean src/use.ts']);
    await lookUp(['clean'], chunkOf({ 'src/store.ts': FILES['src/store.ts'] }));
    expect(searches).toHaveLength(2);
  });

  it('survives a reader that fails', async () => {
    const fail = async () => Promise.reject(new Error('no'));
    const lookUp = lookUpIn({ read: fail, prefetch: fail, whereDefined: fail });
    expect(await lookUp(['clean', 'LIMIT'], chunkOf({ 'src/use.ts': USE }, { shown: [3], known: false }))).toEqual([]);
    expect(await lookUpIn({ ...repository(FILES).reader, prefetch: fail })(['clean'], chunk)).toHaveLength(1);
  });

  it('ends with the reason of its signal, before and while it works', async () => {
    const reason = new Error('enough');
    const { reader } = repository(FILES);
    await expect(lookUpIn(reader, { signal: AbortSignal.abort(reason) })(['clean'], chunk)).rejects.toBe(reason);
    const controller = new AbortController();
    const whereDefined = async () => {
      controller.abort(reason);
      return ['src/text.ts'];
    };
    await expect(lookUpIn({ ...reader, whereDefined }, { signal: controller.signal })(['clean', 'query'], chunk)).rejects.toBe(reason);
  });

  it('of any words neither throws nor reaches beyond the files that were found', async () => {
    const { reader, reads } = repository(FILES);
    const lookUp = lookUpIn(reader);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('../../etc/passwd', '__proto__', 'constructor', '.env', 'a'.repeat(9_999))), {
          maxLength: 8,
        }),
        async (words) => {
          for (const { path } of await lookUp(words, chunk)) expect(Object.keys(FILES)).toContain(path);
        },
      ),
      { numRuns: 100 },
    );
    for (const path of reads) expect(Object.keys(FILES)).toContain(path);
  });
});

it.each([
  ['query', 'query'],
  ['`db.query()`', 'db.query'],
  ['db->query($sql)', 'db.query'],
  ['$this->render', 'render'],
  ['this.store.get', 'store.get'],
  ['user?.name', 'user.name'],
  ['Foo::bar', 'Foo::bar'],
  ['User#valid?', 'User#valid?'],
  ['save!', 'save!'],
  ['*pointer', 'pointer'],
  ['&reference', 'reference'],
  ['@decorator', 'decorator'],
  ['List<String>', 'List'],
  ['function sanitize(input: string): string { return x }', 'sanitize'],
  ['class UserStore', 'UserStore'],
  ['the definition of sanitize', 'sanitize'],
  ['src/db.ts: query', 'query'],
  ['./utils.clean', 'utils.clean'],
  ['clean.', 'clean'],
  ['type', 'type'],
  ['a', 'a'],
  ['$el', '$el'],
  ['größe', 'größe'],
])('the words %j ask for %s', (words, symbol) => expect(readSymbol(words)).toBe(symbol));

it.each(['', ' ', '()', 'a b', 'clean and trim', 'src/db.ts', '--x', '-O', '1', 'a|b', 'a\0b', 'the function', 'a'.repeat(250)])(
  'the words %j ask for nothing that is looked up',
  (words) => expect(readSymbol(words)).toBeNull(),
);

it('shares of tokens are never more than there are, whatever is shared', () => {
  const definition = fc
    .array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 30 })
    .map((lines) => ({ symbol: 's', path: 'p', startLine: 1, text: lines.join('\n') }));
  fc.assert(
    fc.property(fc.array(definition, { maxLength: 5 }), fc.integer({ min: 0, max: 300 }), (definitions, most) => {
      const shared = shareTokens(definitions, most);
      const spent = shared.reduce(
        (tokens, { text }) => tokens + text.split('\n').reduce((sum, line) => sum + estimateTokens(`${line}\n`), 0),
        0,
      );
      expect(spent).toBeLessThanOrEqual(most);
      for (const { text } of shared) expect(definitions.some((whole) => whole.text.startsWith(text))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('two chunks of one file share what was found', async () => {
  const { reader, searches } = repository(FILES);
  const lookUp = lookUpIn(reader);
  const other: Chunk = { ...chunk, id: 'c2' };
  await Promise.all([lookUp(['clean'], chunk), lookUp(['clean'], other)]);
  expect(searches).toHaveLength(1);
});
