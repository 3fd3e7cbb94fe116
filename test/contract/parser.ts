import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimSchema } from '#model/candidate.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';

export interface ParserSamples {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Answers with claims. None for a parser that reads nothing. */
  readonly found: readonly string[];
  /** Answers that say that there is nothing. */
  readonly none: readonly string[];
  /** Answers that say nothing that the parser could read. */
  readonly unreadable: readonly string[];
}

/** Beginnings and repetitions that lead careless readers into loops, recursion or quadratic time. */
const HOSTILE: readonly (readonly [head: string, repeated: string])[] = [
  ['', '{'],
  ['', '['],
  ['', '<a>'],
  ['', '</a>'],
  ['', '\\'],
  ['', '"'],
  ['', '- '],
  ['', '&a [*a] '],
  ['', '<think>'],
  ['', '```\n'],
  ['', ' '],
  ['', '\n'],
  ['', 'x'],
  ['', '\u{1f600}\ud800\0'],
  ['[', '[],'],
  ['[', '{"label":"a","score":0.1},'],
  ['{"findings":[', '{"title":"a","line":1},'],
  ['{"findings":[{"title":"', 'a'],
  ['{"findings":[{"title":"', 'a" '],
  ['<findings>', '<finding><title>a</title></finding>'],
  ['<findings><finding title="', '&amp;'],
  ['findings:\n', '- title: a\n'],
];

/** What those texts are made of that parsers look for. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '\\',
  ',',
  ':',
  '<',
  '>',
  '/',
  '&',
  '*',
  '- ',
  '|',
  '#',
  '\n',
  ' ',
  '```',
  '<think>',
  '</think>',
  '1',
  'a',
  'CWE-',
];

const SMALL = 250_000;
const LARGE = 1_000_000;
/** Seconds of processor time within which a megabyte is quick, whatever its ratio to a quarter says. */
const QUICK = 1;
/** Four times the text takes four times the time, and sixteen times where the reading is quadratic. */
const WORST_RATIO = 10;

/** The examination of the parser port: one for all. */
export function examineParser(parser: Parser, samples: ParserSamples): void {
  const reader = parser.open(parser.config.parse(samples.config ?? {}));
  const all = [...samples.found, ...samples.none, ...samples.unreadable];

  describe(`the parser ${parser.id}`, () => {
    it('reads its samples as what they are', () => {
      for (const text of samples.found)
        expect(reader.read(text)).toMatchObject({ kind: 'parsed', cut: false, claims: [expect.anything()] });
      for (const text of samples.none) expect(reader.read(text)).toMatchObject({ kind: 'parsed', cut: false, claims: [] });
      for (const text of samples.unreadable) expect(reader.read(text).kind).toBe('unreadable');
    });

    it('does not take silence for "no findings"', () => {
      for (const text of ['', ' \n\t', '\ufeff', '\0', 'I cannot help with that.', '502 Bad Gateway', '{"error":"overloaded"}']) {
        expect(reader.read(text).kind).toBe('unreadable');
      }
    });

    it('answers to any text, with claims of the right form, and twice the same', () => {
      const mutated = fc
        .tuple(
          fc.constantFrom('', ...all),
          fc.array(fc.tuple(fc.nat(), fc.nat({ max: 30 }), fc.string({ maxLength: 8 })), { maxLength: 6 }),
        )
        .map(([text, edits]) => edits.reduce((edited, [at, length, put]) => splice(edited, at % (edited.length + 1), length, put), text));
      const doubled = fc
        .tuple(fc.constantFrom('', ...all), fc.constantFrom('', ...all), fc.nat())
        .map(([a, b, at]) => a.slice(0, at % (a.length + 1)) + b);
      const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json(), mutated, doubled);
      fc.assert(
        fc.property(texts, (text) => {
          const result = reader.read(text);
          expectValid(result);
          expect(reader.read(text)).toEqual(result);
        }),
        { numRuns: 400 },
      );
    });

    if (reader.stream !== undefined) {
      it('streams the claims that it reads, wherever the text is cut into parts', () => {
        fc.assert(
          fc.property(fc.constantFrom(...all), fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
            const borders = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
            const stream = reader.stream?.();
            const told = borders.slice(1).flatMap((border, index) => stream?.push(text.slice(borders[index], border)) ?? []);
            const result = reader.read(text);
            if (result.kind === 'parsed') expect(told).toEqual(result.claims);
          }),
        );
      });
    }

    const own = all
      .filter((text) => text.length > 0)
      .flatMap((text) => [['', text] as const, [text.slice(0, text.length / 2), text.slice(text.length / 2)] as const]);
    it('reads a megabyte of whatever is repeated in time that grows with the text and not faster', { timeout: 240_000 }, () => {
      for (const [head, repeated] of [...HOSTILE, ...own]) expectLinear(head, repeated);
    });

    it('does so for repetitions that nobody thought of', { timeout: 240_000 }, () => {
      const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ minLength: 1, maxLength: 3 }));
      const repeated = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
      const head = fc.oneof(fc.constantFrom('', ...HOSTILE.map(([start]) => start)), repeated);
      fc.assert(fc.property(head, repeated, expectLinear), { numRuns: 30 });
    });
  });

  function expectLinear(head: string, repeated: string): void {
    const large = secondsFor(head, repeated, LARGE);
    if (large < QUICK) return;
    const small = secondsFor(head, repeated, SMALL);
    const what = `${large.toFixed(1)} s for 1 MB of ${JSON.stringify(head + repeated).slice(0, 60)}, ${small.toFixed(1)} s for 0.25 MB`;
    expect(large / small, what).toBeLessThan(WORST_RATIO);
  }

  function secondsFor(head: string, repeated: string, length: number): number {
    const text = head + repeated.repeat(Math.ceil(length / repeated.length)).slice(0, length);
    const start = process.cpuUsage();
    const result = reader.read(text);
    const { user } = process.cpuUsage(start);
    expectValid(result);
    return user / 1_000_000;
  }
}

function expectValid(result: ParseResult): void {
  if (result.kind === 'unreadable') {
    expect(result.reason).toMatch(/^\S[^\n]{4,500}$/);
    return;
  }
  expect(result.claims.length).toBeLessThanOrEqual(500);
  for (const claim of result.claims) expect(claimSchema.safeParse(claim).error).toBeUndefined();
  if (result.score !== undefined) expect(result.score).toBeGreaterThanOrEqual(0);
  if (result.score !== undefined) expect(result.score).toBeLessThanOrEqual(1);
  if (result.needs !== undefined) {
    expect(result.needs.length).toBeGreaterThan(0);
    for (const name of result.needs) expect(name).toMatch(/^\S{1,120}$/);
  }
}

function splice(text: string, at: number, length: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + length);
}
