import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { adoptParser, isParser } from './adopt-parser.ts';

const parserThat = (read: (text: string) => unknown) => adoptParser({ open: () => ({ read }) }, './mine.mjs#mine').open({});

describe('a parser by path, as in the example', () => {
  const load = async (name = 'verdictLines') => {
    const module = (await import(new URL('../../../../examples/parser/verdict-lines.mjs', import.meta.url).href)) as Record<
      string,
      unknown
    >;
    return adoptParser(module[name], `./examples/parser/verdict-lines.mjs#${name}`);
  };
  const read = async (text: string, config: Record<string, unknown> = {}) => {
    const parser = await load();
    return parser.open(parser.config.parse(config)).read(text);
  };

  it('reads its findings, each member in the form that a model wrote it', async () => {
    const answer = 'So:\nVERDICT: 2 findings\nsrc/login.js:42 | High | CWE-89 | Joined query.\nsrc/login.js:57-58 | P3 | 79 | Unescaped.';
    expect(await read(answer)).toEqual({
      kind: 'parsed',
      cut: false,
      claims: [
        {
          title: 'Joined query',
          cwe: 'CWE-89',
          severity: 'high',
          confidence: null,
          path: 'src/login.js',
          startLine: 42,
          endLine: 42,
          evidence: null,
          message: 'Joined query.',
          fix: null,
        },
        {
          title: 'Unescaped',
          cwe: 'CWE-79',
          severity: 'low',
          confidence: null,
          path: 'src/login.js',
          startLine: 57,
          endLine: 58,
          evidence: null,
          message: 'Unescaped.',
          fix: null,
        },
      ],
    });
  });

  it.each([
    { name: 'nothing found', answer: 'VERDICT: clean', expected: { kind: 'parsed', claims: [], cut: false } },
    {
      name: 'a line that is missing',
      answer: 'VERDICT: 2 findings\na.js:1 | low | CWE-1 | Said.',
      expected: { kind: 'parsed', cut: true },
    },
    {
      name: 'another separator',
      answer: 'VERDICT: 1\na.js:1;low;CWE-1;Said.',
      config: { separator: ';' },
      expected: { claims: [{ startLine: 1 }] },
    },
    { name: 'prose', answer: 'I found nothing.', expected: { kind: 'unreadable', reason: expect.stringContaining('VERDICT') } },
  ])('says $name', async ({ answer, config, expected }) => expect(await read(answer, config)).toMatchObject(expected));

  it('checks its configuration, and names the key', async () => {
    const { config } = await load();
    expect(config.safeParse({ seperator: ';' }).error?.issues).toMatchObject([
      { path: ['seperator'], message: 'is not known; there is `separator`' },
    ]);
    expect(config.safeParse({ separator: '||' }).success).toBe(false);
  });

  it('says that the module has no such export', async () => {
    await expect(load('verdictLine')).rejects.toThrow(
      'The parser ./examples/parser/verdict-lines.mjs#verdictLine does not exist: the module has no such export',
    );
  });
});

describe('adoptParser', () => {
  it('takes symbols and a score where they are such', () => {
    const read = (over: object) => parserThat(() => ({ kind: 'parsed', claims: [], cut: false, ...over })).read('');
    expect(read({ needs: ['load()', 'two words'], score: 0.4 })).toEqual({
      kind: 'parsed',
      claims: [],
      cut: false,
      needs: ['load'],
      score: 0.4,
    });
    expect(read({ needs: 'x y', score: 7 })).toEqual({ kind: 'parsed', claims: [], cut: false });
  });

  it.each([
    { name: 'no object', value: 7, words: /its export is no object/ },
    { name: 'a function', value: () => ({}), words: /its export is no object/ },
    { name: 'no open', value: { read: () => null }, words: /lacks the function `open\(config\)`/ },
    { name: 'a config without safeParse', value: { open: () => null, config: {} }, words: /lacks the function `safeParse\(config\)`/ },
  ])('refuses $name with a sentence', ({ value, words }) => {
    expect(isParser(value)).toBe(false);
    expect(() => adoptParser(value, './a.mjs#b')).toThrow(InputError);
    expect(() => adoptParser(value, './a.mjs#b')).toThrow(words);
  });

  it('refuses a reader without read, and an open that throws', () => {
    expect(() => adoptParser({ open: () => ({}) }, 'a#b').open({})).toThrow(/lacks the function `read\(text\)`/);
    const broken = {
      open: () => {
        throw new Error('no dictionary\n    at stack');
      },
    };
    expect(() => adoptParser(broken, 'a#b').open({})).toThrow(/^The parser a#b could not be opened: no dictionary$/);
  });

  it('takes any configuration where the parser has no schema', () =>
    expect(adoptParser({ open: () => ({ read: () => null }) }, 'a#b').config.parse({ x: 1 })).toEqual({ x: 1 }));

  it.each([
    {
      name: 'throws',
      read: () => {
        throw new TypeError('x is undefined');
      },
      reason: /the parser failed: x is undefined/,
    },
    { name: 'answers nothing', read: () => undefined, reason: /neither claims nor/ },
    { name: 'answers a promise', read: async () => ({ kind: 'parsed', claims: [] }), reason: /neither claims nor/ },
    {
      name: 'answers a promise that fails',
      read: async () => {
        throw new Error('late');
      },
      reason: /neither claims nor/,
    },
    { name: 'answers claims that are none', read: () => ({ kind: 'parsed', claims: [{}, 7] }), reason: /none of the parser's claims/ },
    { name: 'gives no reason', read: () => ({ kind: 'unreadable' }), reason: /does not say why/ },
  ])('makes an answer unreadable when the reader $name', ({ read, reason }) =>
    expect(parserThat(read).read('x')).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );

  it('is cut where a claim is none, and where there are too many', () => {
    expect(parserThat(() => ({ kind: 'parsed', claims: [{ title: 'Weak hash' }, {}] })).read('')).toMatchObject({
      cut: true,
      claims: { length: 1 },
    });
    const claims = Array.from({ length: 501 }, () => ({ title: 'Weak hash' }));
    expect(parserThat(() => ({ kind: 'parsed', claims })).read('')).toMatchObject({ cut: true, claims: { length: 500 } });
  });
});
