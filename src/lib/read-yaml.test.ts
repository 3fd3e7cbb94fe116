import { describe, expect, it } from 'vitest';
import { readYaml } from './read-yaml.ts';

const KB = 1024;

describe('readYaml', () => {
  it.each([
    { name: 'an empty text is no value', text: '', value: null },
    { name: 'a comment alone is no value', text: '# nothing\n', value: null },
    { name: 'a day stays a text', text: 'until: 2027-01-01', value: { until: '2027-01-01' } },
    { name: 'a byte-order mark is not part of the first key', text: '\uFEFFversion: 1', value: { version: 1 } },
    { name: 'lines may end as Windows ends them', text: 'a: 1\r\nb: [x,\r\n y]\r\n', value: { a: 1, b: ['x', 'y'] } },
    {
      name: 'a long line is not deep',
      text: `a: [${'{ b: "c" }, '.repeat(500)}]`,
      value: { a: Array.from({ length: 500 }, () => ({ b: 'c' })) },
    },
    { name: 'a few aliases are followed', text: 'a: &x [1]\nb: *x', value: { a: [1], b: [1] } },
    { name: 'yes is a text, as in YAML 1.2', text: 'a: yes', value: { a: 'yes' } },
  ])('$name', ({ text, value }) => {
    const reading = readYaml(text);
    expect(reading.problems).toEqual([]);
    expect(reading.value).toEqual(value);
  });

  it.each([
    { name: 'a bracket that does not close', text: 'a: [1\n', at: [2, 1], message: /not valid YAML/ },
    { name: 'a tab as indentation', text: 'a:\n\tb: 1', at: [2, 1], message: /not valid YAML/ },
    { name: 'two documents', text: '---\na: 1\n---\nb: 2', at: [3, 1], message: /only one document/ },
    { name: 'a key twice', text: 'a: 1\nb: 2\na: 3', at: [3, 1], message: /`a` stands here twice/ },
    { name: 'a tag that runs code elsewhere', text: 'a: !!js/function "x"', at: [1, 18], message: /tags are not allowed/ },
    { name: 'a harmless tag', text: 'a: !!str 1', at: [1, 10], message: /tags are not allowed/ },
    { name: 'a list as a key', text: '? [a]\n: 1', at: [1, 3], message: /not a plain word/ },
    { name: 'an alias of nothing', text: 'a: *x', at: [1, 4], message: /refers to `x`, which nothing before it is called/ },
    {
      name: 'a key that a reader would lose',
      text: 'a:\n  __proto__: 1',
      at: [2, 3],
      message: /the key `__proto__`, which is not allowed/,
    },
    { name: 'very many open brackets', text: '['.repeat(5000), at: [1, 1], message: /^is nested too deeply$/ },
    { name: 'an alias of itself', text: 'a: &a [*a]', at: [1, 8], message: /nested deeper/ },
    { name: 'a file over 256 KB', text: `a: ${'x'.repeat(256 * KB)}`, at: [1, 1], message: /larger than 256 KB/ },
  ])('refuses $name, with its place', ({ text, at, message }) => {
    const [problem] = readYaml(text).problems;
    expect(problem?.message).toMatch(message);
    expect([problem?.line, problem?.column]).toEqual(at);
  });

  it.each([
    {
      name: 'aliases that multiply',
      text: ['a: &a [1,1,1,1,1,1,1,1]', ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [${`*${'abcdefg'[i]},`.repeat(8)}]`)].join(
        '\n',
      ),
    },
    { name: 'aliases one after the other', text: Array.from({ length: 9000 }, (_, i) => `- &a${i} x\n- *a${i}`).join('\n') },
    { name: 'open brackets', text: '['.repeat(255 * KB) },
    { name: 'nested keys', text: '? '.repeat(127 * KB) },
    { name: 'nested dashes', text: `${'- '.repeat(127 * KB)}x` },
    { name: 'many keys', text: Array.from({ length: 30_000 }, (_, i) => `k${i}:`).join('\n') },
  ])('ends soon on $name', ({ text }) => {
    const before = performance.now();
    expect(readYaml(text).problems.length).toBeGreaterThan(0);
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('knows the place of keys, of values and of what is not there', () => {
    const { place } = readYaml('check:\n  name: Aegis\nmodels:\n  - a\n  - id: b\n');
    expect(place(['check', 'name'])).toEqual({ line: 2, column: 9 });
    expect(place(['check', 'name'], 'key')).toEqual({ line: 2, column: 3 });
    expect(place(['models', 1, 'id'])).toEqual({ line: 5, column: 9 });
    expect(place(['models', 1, 'weight'])).toEqual({ line: 5, column: 5 });
    expect(place(['review', 'scope'])).toEqual({ line: 1, column: 1 });
  });
});
