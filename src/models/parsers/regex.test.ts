import { describe, expect, it } from 'vitest';
import { compilePattern } from './_regex/compile-pattern.ts';
import { findMatches } from './_regex/find-matches.ts';
import { regex } from './regex.ts';

const LINE = String.raw`^(?<path>[^:\n]+):(?<line>\d+):(?:\d+:)? \[?(?<severity>\w+)\]?:? (?<message>.+)$`;
const read = (text: string, config: Record<string, unknown> = {}) =>
  regex.open(regex.config.parse({ pattern: LINE, ...config })).read(text);
const claimsOf = (text: string, config: Record<string, unknown> = {}) => {
  const result = read(text, config);
  return result.kind === 'parsed' ? result.claims : [];
};

describe('regex', () => {
  it('makes a claim of each match, and of each named group a member', () => {
    const text = 'Scanning…\nsrc/a.c:12:3: error: Joined query (CWE-89)\nsrc/b.c:7: note: Weak hash\n2 problems';
    expect(read(text)).toMatchObject({
      kind: 'parsed',
      cut: false,
      claims: [
        {
          path: 'src/a.c',
          startLine: 12,
          endLine: 12,
          severity: 'high',
          cwe: 'CWE-89',
          message: 'Joined query (CWE-89)',
          confidence: null,
        },
        { path: 'src/b.c', startLine: 7, severity: 'info', cwe: null, title: 'Weak hash' },
      ],
    });
  });

  it('reads every member that a claim has', () => {
    const pattern = String.raw`(?<path>\S+) (?<line>\d+)-(?<endLine>\d+) (?<severity>\w+) (?<confidence>\S+) (?<cwe>\S+) (?<title>[^|]+)\|(?<message>[^|]+)\|(?<evidence>[^|]+)\|(?<fix>.+)`;
    expect(claimsOf('a.c 3-5 P1 90% 79 XSS|Unescaped.|echo $x|Escape it.', { pattern })).toEqual([
      {
        path: 'a.c',
        startLine: 3,
        endLine: 5,
        severity: 'high',
        confidence: 0.9,
        cwe: 'CWE-79',
        title: 'XSS',
        message: 'Unescaped.',
        evidence: 'echo $x',
        fix: 'Escape it.',
      },
    ]);
  });

  it.each([
    {
      name: 'the match itself for the message',
      text: 'bad: strcpy',
      config: { pattern: 'bad: \\w+' },
      claim: { message: 'bad: strcpy', severity: 'medium' },
    },
    { name: 'the severity of the configuration', text: 'bad', config: { pattern: 'bad', severity: 'low' }, claim: { severity: 'low' } },
    {
      name: 'the title of the configuration',
      text: 'bad',
      config: { pattern: 'bad', title: 'Banned call' },
      claim: { title: 'Banned call', message: 'bad' },
    },
    {
      name: "the match's title before that of the configuration",
      text: 'bad',
      config: { pattern: '(?<title>bad)', title: 'Banned call' },
      claim: { title: 'bad' },
    },
    { name: 'flags', text: 'x\nBAD\ny', config: { pattern: '^bad$', flags: 'im' }, claim: { message: 'BAD' } },
    {
      name: "Python's spelling of a named group",
      text: 'a.c:3',
      config: { pattern: '(?P<file>[^:]+):(?P<line_number>\\d+)' },
      claim: { path: 'a.c', startLine: 3 },
    },
  ])('takes $name', ({ text, config, claim }) => expect(claimsOf(text, config)).toMatchObject([claim]));

  it.each([
    { name: 'a text that nothing matches', text: 'segmentation fault', config: {}, reason: /nothing in the answer matches/ },
    { name: 'an empty text', text: '', config: {}, reason: /empty/ },
    {
      name: 'a text that nothing matches, though an empty one means none',
      text: 'usage: tool FILE',
      config: { empty: 'none' },
      reason: /nothing/,
    },
    { name: 'empty matches', text: 'abc', config: { pattern: 'x*' }, reason: /nothing/ },
  ])('does not take $name for "no findings"', ({ text, config, reason }) =>
    expect(read(text, config)).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );

  it.each([
    { name: 'the words for it', text: 'Done.\n0 problems\n', config: { none: '^0 problems' } },
    { name: 'an empty text, where the configuration says so', text: ' \n', config: { empty: 'none' } },
    { name: 'an empty text that `none` matches', text: '', config: { none: '^$' } },
  ])('takes $name for "no findings"', ({ text, config }) => expect(read(text, config)).toEqual({ kind: 'parsed', claims: [], cut: false }));

  it('says what it found although a line says that there is nothing', () =>
    expect(claimsOf('a.c:1: error: Bad\n0 problems', { none: '0 problems' })).toHaveLength(1));

  it('is cut at the limit of claims', () =>
    expect(read('a.c:1: error: Bad\n'.repeat(501))).toMatchObject({ cut: true, claims: { length: 500 } }));

  it.each([
    { name: 'a pattern that does not compile', config: { pattern: '(a' }, problem: /missing closing/ },
    { name: 'a look-ahead', config: { pattern: '(?=a)b' }, problem: /no pattern of RE2/ },
    { name: 'a `none` that does not compile', config: { pattern: 'a', none: '[' }, problem: /none/ },
    { name: 'a flag that is none', config: { pattern: 'a', flags: 'g' }, problem: /each once/ },
    { name: 'a flag twice', config: { pattern: 'a', flags: 'ii' }, problem: /each once/ },
    { name: 'no pattern', config: {}, problem: /pattern/ },
  ])('refuses $name', ({ config, problem }) => expect(regex.config.safeParse(config).error?.message).toMatch(problem));
});

describe('findMatches', () => {
  const find = (pattern: string, text: string, max = 1_000) => {
    const compiled = compilePattern(pattern, 'm');
    if (typeof compiled === 'string') throw new Error(compiled);
    return findMatches(compiled, text, max);
  };

  it('finds what stands across the border of two windows', () => {
    for (const at of [0, 16_380, 16_384, 16_390, 32_760, 32_768, 40_000]) {
      const text = `${'.'.repeat(at)}needle${'.'.repeat(50_000)}`;
      expect(find('needle', text).matches.map((match) => match.text)).toEqual(['needle']);
    }
  });

  it('begins a line where one begins, not where a window does', () => {
    const text = `${'x'.repeat(100_000)}\nx`;
    expect(find('^x', text).matches).toHaveLength(2);
  });
});
