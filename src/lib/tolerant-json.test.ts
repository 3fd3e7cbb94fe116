import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTolerantJson } from './tolerant-json.ts';

const isTriage = (value: unknown) => typeof value === 'object' && value !== null && 'suspicious' in value;

describe('readTolerantJson', () => {
  it.each([
    { name: 'takes a plain object', text: '{"a": 1}', value: { a: 1 } },
    { name: 'takes a fenced object amid prose', text: 'So:\n```json\n{"a": 1}\n```\nDone.', value: { a: 1 } },
    { name: 'takes the last of several, as models correct themselves', text: '{"a": 1}\nNo, rather:\n{"a": 2}', value: { a: 2 } },
    {
      name: 'prefers a value with lines of its own to one in a sentence',
      text: '{"a": 1}\nThe form {"b": 2} was asked for.',
      value: { a: 1 },
    },
    { name: 'makes one array of JSON Lines', text: '{"a": 1}\n{"a": 2}', value: [{ a: 1 }, { a: 2 }] },
    { name: 'passes over drafts in a think block', text: '<think>{"a": 1}</think>{"a": 2}', value: { a: 2 } },
    { name: 'keeps a hostile key from the prototype', text: '{"__proto__": {"x": 1}, "a": 1}', value: { a: 1 } },
    { name: 'reads braces in strings as text', text: '{"a": "}{][\\""}', value: { a: '}{]["' } },
    { name: 'reads a string that holds JSON', text: '"{\\"a\\": \\"b \\\\\\"c\\\\\\"\\"}"', value: { a: 'b "c"' } },
  ])('$name', ({ text, value }) => expect(readTolerantJson(text)).toEqual({ kind: 'value', value, cut: false }));

  it.each([
    { name: 'drops half an element of a list', text: '{"list": [{"a": 1}, {"a": 2', value: { list: [{ a: 1 }] } },
    { name: 'drops half a number, which may be another one', text: '{"a": 1, "b": 4', value: { a: 1 } },
    { name: 'drops half a string', text: '{"a": 1, "b": "x', value: { a: 1 } },
    { name: 'drops half a line of JSON Lines', text: '{"a": 1}\n{"a": 2}\n{"a": 3, "b', value: [{ a: 1 }, { a: 2 }] },
  ])('$name, and says that the text was cut', ({ text, value }) =>
    expect(readTolerantJson(text)).toEqual({ kind: 'value', value, cut: true }),
  );

  it.each([
    { name: 'an empty text', text: ' \n', reason: 'the answer is empty' },
    { name: 'prose', text: 'No issues found.', reason: 'the answer holds no JSON' },
    { name: 'reasoning alone', text: '<think>{"a": 1}</think>', reason: 'the answer holds nothing but reasoning' },
    { name: 'reasoning that never ends', text: '<think>{"a": 1} or rather', reason: 'the answer holds nothing but reasoning' },
    { name: 'what cannot be mended', text: '{"a": 1, "b" ! "c"}', reason: 'the JSON of the answer is damaged beyond repair' },
  ])('finds nothing in $name', ({ text, reason }) => expect(readTolerantJson(text)).toEqual({ kind: 'none', reason }));

  it('takes what the caller knows to be an answer, wherever it stands', () => {
    const text = 'It is {"suspicious": true} since\n```js\n{ a: 1 }\n```';
    expect(readTolerantJson(text, isTriage)).toEqual({ kind: 'value', value: { suspicious: true }, cut: false });
    expect(readTolerantJson('{"a": 1}', isTriage)).toEqual({
      kind: 'none',
      reason: 'the JSON of the answer does not have the form that was asked for',
    });
  });

  it('leaves Object.prototype alone', () => {
    readTolerantJson('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "a": {"__proto__": {"polluted": 1}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('reads whatever JSON.parse reads, the same', () => {
    const json = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue({ maxDepth: 5 }).filter((value) => !JSON.stringify(value).includes('__proto__')),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(readTolerantJson(text)).toEqual({ kind: 'value', value: JSON.parse(text), cut: false });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps complete elements alone, wherever the text is cut', () => {
    const element = fc.record({ title: fc.string(), line: fc.nat(), more: fc.array(fc.record({ url: fc.webUrl() }), { maxLength: 2 }) });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const text = JSON.stringify({ findings: list });
        const result = readTolerantJson(text.slice(0, Math.floor(text.length * share)));
        if (result.kind === 'none') return;
        const { findings = [] } = result.value as { findings?: unknown[] };
        expect(findings).toEqual(JSON.parse(JSON.stringify(list.slice(0, findings.length))));
        expect(result.cut).toBe(share < 1);
      }),
      { numRuns: 500 },
    );
  });
});

const fill = (pattern: string, length: number) => pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);

describe('hostile text', () => {
  it.each(['{', '[', '"', '\\', '{"a":"', '```json\n{', '{"a":{"b":["c",'])('reads a megabyte of %j in well under a second', (pattern) =>
    expectQuick(fill(pattern, 1_000_000)),
  );

  it.each([
    '{[',
    '\\',
    '`',
    '<',
    '{}',
    '[]',
    '{"a":',
    '[{"a":',
    '{"a":{"b":["c",',
    '{"""',
    '{\\"',
    '{"a":1,"b" ',
    '{/*',
    '{//\n',
    '{#',
    '[...',
    '{ ',
    '{a:b',
    '```json\n{',
    '<think>',
    '</think>',
    '<think>{"a":"</think>',
    '<think ',
    '{"a":"b"}\n',
    '{"a":"b"} x ',
    '{"a":1}\n```\n```json\n',
    '{\\\\\\"a\\\\\\":',
    '\u{1f600}{',
  ])('reads 200 KB of %j in no time', (pattern) => expectQuick(fill(pattern, 200_000)));

  it.each([
    ['{"a":"', '"'],
    ['{"a":"', '", '],
    ['{"a":"', '" k '],
    ['{"a":"', '"}'],
    ['{"a":"', '"//x\n'],
    ['{"a":"', '\\u12'],
    ['{"a":"', '\n<'],
    ['{“a”:“', '”'],
    ["{'a':'", "' "],
    ['{"a":"""', "'"],
    ['{"a":', '"b"+'],
    ['{a:', 'b'],
    ['[', '1'],
    ['[', '1,'],
    ['[', '\\"'],
    ['{', ' '],
    ['{', '\\n'],
    ['[{"a":"b"},', ' '],
    ['{"findings":[', '{"a":"b" "c"},'],
  ])('reads %j and 200 KB of %j in no time', (head, pattern) => expectQuick(head + fill(pattern, 200_000)));

  it('reads whatever is repeated up to a megabyte without delay', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '`',
      '\\',
      ',',
      ':',
      '\n',
      ' ',
      '//',
      '/*',
      '#',
      '...',
      '```',
      '<think>',
      '</think>',
      'a',
      '1',
      '“',
      '+',
      '"a":',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 7 }), fc.constantFrom('', '{"a":"', '[{"a":', '<think>'), (pieces, head) =>
        expectQuick(head + fill(pieces.join(''), 1_000_000)),
      ),
      { numRuns: 15 },
    );
  });

  it('never throws', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '`',
      '\\',
      ',',
      ':',
      '\n',
      ' ',
      '//',
      '/*',
      '*/',
      '#',
      '...',
      '```',
      '<think>',
      '</think>',
      'a',
      '1',
      '-',
      'null',
      '“',
      '”',
      '+',
      '\\u00',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => /^(value|none)$/.test(readTolerantJson(tokens.join('')).kind)),
      { numRuns: 3_000 },
    );
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => /^(value|none)$/.test(readTolerantJson(text).kind)));
  });
});

/** Two seconds of processor time (it takes less than half of one), whatever else the machine does; a quadratic reading takes minutes. */
function expectQuick(text: string): void {
  const start = process.cpuUsage();
  readTolerantJson(text);
  expect(process.cpuUsage(start).user / 1_000_000).toBeLessThan(2);
}
