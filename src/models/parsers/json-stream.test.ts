import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonStream } from './json-stream.ts';

const reader = jsonStream.open({});
const read = (text: string) => reader.read(text);
/** The claims of a stream, part by part. */
const push = (parts: readonly string[]) => {
  const stream = reader.stream?.();
  return parts.map((part) => stream?.push(part) ?? []);
};
const titlesOf = (text: string) => {
  const result = read(text);
  return result.kind === 'parsed' ? result.claims.map(({ title }) => title) : result.reason;
};

const one = { title: 'SQL injection', cwe: 'CWE-89', severity: 'high', line: 3, evidence: "a = '}{][\\\"'" };
const two = { title: 'XSS', line: 9, location: { file: 'a.js', ranges: [{ from: 1 }] } };
const ANSWER = JSON.stringify({ findings: [one, two], needs: ['x'] });

const folder = new URL('../../../test/fixtures/answers/', import.meta.url);
const corpus = readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { text: string[] }[]);

describe('json_stream', () => {
  it('tells of each finding as soon as it is complete', () => {
    const [head, middle, tail] = [
      ANSWER.slice(0, 40),
      ANSWER.slice(40, ANSWER.indexOf('{"title":"XSS"') + 9),
      ANSWER.slice(ANSWER.indexOf('{"title":"XSS"') + 9),
    ];
    expect(push([head, middle, tail]).map((claims) => claims.map(({ title }) => title))).toEqual([[], ['SQL injection'], ['XSS']]);
  });

  it.each([
    { name: 'an object with a list', text: ANSWER },
    { name: 'a bare array', text: JSON.stringify([one, two]) },
    { name: 'a pretty array', text: JSON.stringify([one, two], null, 2) },
    { name: 'JSON Lines', text: `${JSON.stringify(one)}\n${JSON.stringify(two)}\n` },
    { name: 'an object on each line with a list', text: `${JSON.stringify({ findings: [one] })}\n${JSON.stringify({ findings: [two] })}` },
    { name: 'a wrapper', text: `{"result":${ANSWER}}` },
    { name: 'a fence in prose with brackets', text: `I looked at args[0] and {x} [see 1].\n\`\`\`json\n${ANSWER}\n\`\`\`\nDone {really}.` },
    { name: 'an answer behind thoughts', text: `<think>Maybe {"findings":[{"title":"Draft","line":1}]}?</think>${ANSWER}` },
    { name: "an answer behind Mistral's thoughts", text: `[THINK]{"findings":[{"title":"Draft","line":1}]}[/THINK]${ANSWER}` },
    { name: 'faults within a finding', text: `{"findings":[{"title":"SQL injection","line":3,},{title:"XSS",'line':9}]}` },
  ])('reads $name', ({ text }) => {
    expect(titlesOf(text)).toEqual(['SQL injection', 'XSS']);
    expect(read(text)).toMatchObject({ cut: false });
  });

  it('tells at the end which symbols are asked for', () => {
    expect(read(ANSWER)).toMatchObject({ needs: ['x'] });
    expect(read('{"needs":["a.b"],"findings":[]}')).toEqual({ kind: 'parsed', claims: [], cut: false, needs: ['a.b'] });
    expect(read('{"findings":[{"title":"A b","line":1,"message":"It needs a check."}]}')).not.toHaveProperty('needs');
  });

  it('knows the file that a list is about, where it stands before the list', () =>
    expect(read('{"path":"a.js","findings":[{"title":"A b","line":1}]}')).toMatchObject({ claims: [{ path: 'a.js' }] }));

  it.each([
    '{"findings":[]}',
    '{"findings":null}',
    '[]',
    '```json\n[]\n```',
    '{"vulnerable":false}',
    'So:\n{"findings": []}\nAll is well [1].',
  ])('takes %j for "no findings"', (text) => expect(read(text)).toEqual({ kind: 'parsed', claims: [], cut: false }));

  it.each([
    { name: 'within the second finding', text: ANSWER.slice(0, ANSWER.indexOf('XSS')), claims: 1 },
    { name: 'behind the list', text: ANSWER.slice(0, ANSWER.indexOf('"needs"')), claims: 2 },
    { name: 'within the first finding', text: '{"findings":[{"title":"A', claims: 0 },
    { name: 'within a line', text: `${JSON.stringify(one)}\n{"title":"XS`, claims: 1 },
  ])('is cut $name', ({ text, claims }) => expect(read(text)).toMatchObject({ kind: 'parsed', cut: true, claims: { length: claims } }));

  it.each([
    { name: 'an empty text', text: '' },
    { name: 'prose', text: 'No issues found.' },
    { name: 'an index in prose', text: 'Nothing is wrong with args[] here.' },
    { name: 'nothing but thoughts', text: '<think>{"findings":[]}</think>' },
    { name: 'thoughts without an end', text: '<think>{"findings":[]}' },
    { name: 'a list of words', text: '{"findings":["none"]}' },
    { name: 'an object without a list', text: '{"summary":"fine"}' },
    { name: 'a cut before the list', text: '{"summary":"fi' },
    { name: 'a list of empty objects', text: '{"findings":[{}]}' },
  ])('does not take $name for "no findings"', ({ text }) => expect(read(text).kind).toBe('unreadable'));

  it('gives the same claims however the text is cut into parts', () => {
    const texts = fc.oneof(
      fc.constantFrom(...corpus.map(({ text }) => text.join('\n'))),
      fc.string({
        unit: fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          '\\',
          ',',
          ':',
          '<think>',
          '</think>',
          '\n',
          'a',
          '{"findings":[',
          '{"title":"b","line":1}',
        ),
      }),
    );
    fc.assert(
      fc.property(texts, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (text, sizes) => {
        const parts: string[] = [];
        for (let at = 0, index = 0; at < text.length; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          parts.push(text.slice(at, at + size));
          at += size;
        }
        const whole = read(text);
        const told = push(parts).flat();
        expect(told).toEqual(push([text]).flat());
        if (whole.kind === 'parsed') expect(told).toEqual(whole.claims);
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends at the limit of claims, and says so', () => {
    const text = JSON.stringify(Array.from({ length: 600 }, (_, index) => ({ title: `Weakness ${index}`, line: index + 1 })));
    expect(read(text)).toMatchObject({ cut: true, claims: { length: 500 } });
    expect(push([text.slice(0, 9_000), text.slice(9_000)]).flat()).toHaveLength(500);
  });
});
