import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimSchema } from '#model/candidate.ts';
import { jsonFindings } from './json-findings.ts';

interface Answer {
  readonly name: string;
  /** The answer's text, by lines. */
  readonly text: readonly string[];
  /** What a careful reader takes from it; of each claim the members that matter. */
  readonly intended:
    | { readonly kind: 'unreadable' }
    | { readonly kind: 'parsed'; readonly cut: boolean; readonly claims: readonly object[] };
}

const folder = new URL('../../../test/fixtures/answers/', import.meta.url);
const corpus = readdirSync(folder).flatMap((file) =>
  (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Answer[]).map((answer) => ({
    ...answer,
    name: `${file.replace('.json', '')}: ${answer.name}`,
  })),
);

function isReadAsIntended({ text, intended }: Answer): boolean {
  const result = jsonFindings.open({}).read(text.join('\n'));
  if (result.kind === 'unreadable' || intended.kind === 'unreadable') return result.kind === intended.kind;
  try {
    expect(result).toMatchObject(intended);
    return result.claims.length === intended.claims.length;
  } catch {
    return false;
  }
}

describe('answers as models write them', () => {
  it('has at least 420 of them, each with a name of its own', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(420);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  });

  it('reads at least 99 % as intended, and never takes an unreadable one for "no findings"', () => {
    const wrong = corpus.filter((answer) => !isReadAsIntended(answer));
    const rate = 1 - wrong.length / corpus.length;
    const list = wrong.map(({ name }) => `\n  not read: ${name}`).join('');
    console.log(`${corpus.length - wrong.length} of ${corpus.length} answers read as intended: ${(100 * rate).toFixed(2)} %${list}`);
    expect(rate).toBeGreaterThanOrEqual(0.99);
    expect(wrong.filter(({ intended }) => intended.kind === 'unreadable')).toEqual([]);
  });
});

const needsOf = (answer: unknown) => {
  const result = jsonFindings.open({}).read(typeof answer === 'string' ? answer : JSON.stringify(answer));
  return result.kind === 'parsed' ? (result.needs ?? null) : result.kind;
};

describe('the symbols that an answer asks for', () => {
  it.each([
    { name: 'are names', answer: { findings: [], needs: ['loadUser', 'User.find', '$query', 'valid?', 'crate::auth'] }, needs: 5 },
    {
      name: 'lose calls and marks around them',
      answer: { findings: [], needs: ['`loadUser()`', ' render(x) '] },
      needs: ['loadUser', 'render'],
    },
    { name: 'may be objects', answer: { findings: [], needs: [{ symbol: 'loadUser', reason: 'why' }] }, needs: ['loadUser'] },
    { name: 'may be one word', answer: { findings: [], needs: 'loadUser' }, needs: ['loadUser'] },
    { name: 'may have another heading', answer: { findings: [], needed_symbols: ['loadUser'] }, needs: ['loadUser'] },
    { name: 'are told once each', answer: { findings: [], needs: ['a', 'a()', 'b'] }, needs: ['a', 'b'] },
    { name: 'stand in a wrapper', answer: { result: { findings: [], needs: ['a'] } }, needs: ['a'] },
    { name: 'are no sentences', answer: { findings: [], needs: ['the definition of a', '', 3, null, '../../etc'] }, needs: null },
    { name: 'are none', answer: { findings: [], needs: [] }, needs: null },
    { name: 'are twenty at most', answer: { findings: [], needs: Array.from({ length: 900 }, (_, at) => `f${at}`) }, needs: 20 },
    { name: 'of a draft are not taken', answer: '<think>{"findings":[],"needs":["a"]}</think>{"findings":[]}', needs: null },
    { name: 'alone are no answer', answer: { needs: ['a'] }, needs: 'unreadable' },
  ])('$name', ({ answer, needs }) => {
    const read = needsOf(answer);
    if (typeof needs === 'number') expect(read).toHaveLength(needs);
    else expect(read).toEqual(needs);
  });
});

describe('jsonFindings', () => {
  it('makes claims of the shape that the pipeline expects, whatever it is given', () => {
    const key = fc.constantFrom(
      'title',
      'cwe',
      'severity',
      'confidence',
      'line',
      'startLine',
      'endLine',
      'lines',
      'location',
      'path',
      'evidence',
      'message',
      'fix',
      'type',
      'issue',
      'findings',
      'result',
    );
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.integer(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('CWE-89', '12-15', '90%', 'high', 'L7', 'a.js:3'),
    );
    const finding = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)));
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 5 }), (findings) => {
        const result = jsonFindings.open({}).read(JSON.stringify({ findings }));
        if (result.kind === 'parsed') for (const claim of result.claims) expect(claimSchema.safeParse(claim).error).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('never takes part of a list for all of it', () => {
    const text = JSON.stringify({ findings: Array.from({ length: 600 }, (_, index) => ({ title: `Weakness ${index}`, line: index + 1 })) });
    expect(jsonFindings.open({}).read(text)).toMatchObject({ kind: 'parsed', cut: true, claims: { length: 500 } });
  });

  it.each([
    {
      name: 'white space in every member',
      text: `{"findings":[{"title":"${' '.repeat(1e5)}x","line":"${' '.repeat(1e5)}x","severity":"${' '.repeat(1e5)}x","confidence":"${' '.repeat(1e5)}x","evidence":"${'\\n'.repeat(1e5)}x"}]}`,
    },
    { name: 'a megabyte of CWE', text: `{"findings":[{"title":"${'cwe'.repeat(333_000)}"}]}` },
    { name: 'a megabyte of digits', text: `{"findings":[{"title":"a","line":"${'1'.repeat(1e6)}","path":"${':1'.repeat(5e5)}"}]}` },
    { name: 'a megabyte of fences', text: `{"findings":[{"title":"a","evidence":"${'\\n```'.repeat(2e5)}x"}]}` },
    { name: 'wrappers in wrappers', text: `${'{"result":'.repeat(1e5)}1` },
    { name: 'findings in findings', text: `${'{"findings":['.repeat(1e5)}` },
    {
      name: 'JSON strings in JSON strings',
      text: Array.from({ length: 12 }).reduce<string>((inner) => JSON.stringify({ result: inner }), '{"findings":[]}'),
    },
  ])('reads $name quickly', ({ text }) => {
    const start = process.cpuUsage();
    jsonFindings.open({}).read(text);
    expect(process.cpuUsage(start).user / 1_000_000).toBeLessThan(2);
  });

  it('is found by both of its names', () => expect([jsonFindings.id, ...jsonFindings.aliases]).toEqual(['json_findings', 'json_schema']));
});
