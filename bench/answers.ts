import { readdirSync, readFileSync } from 'node:fs';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import type { ParseResult } from '#ports/parser.ts';
import { median } from './measure.ts';

interface Answer {
  readonly text: readonly string[];
  readonly intended:
    | { readonly kind: 'unreadable' }
    | { readonly kind: 'parsed'; readonly cut: boolean; readonly claims: readonly object[] };
}

const CORPUS = new URL('../test/fixtures/answers/', import.meta.url);
const reader = jsonFindings.open({});

/** How many of the corpus are read as intended, and how fast a long answer is read. Goals: 99 %, and no slower than linear. */
export async function benchAnswers(): Promise<string[]> {
  const answers = readdirSync(CORPUS).flatMap((file) => JSON.parse(readFileSync(new URL(file, CORPUS), 'utf8')) as Answer[]);
  const right = answers.filter(({ text, intended }) => isIntended(reader.read(text.join('\n')), intended)).length;
  const OBJECT = '{"findings": [{"title": "SQL injection", "cwe": "CWE-89", "startLine": 42, "severity": "high"}]}';
  const SENTENCE = 'The handler reads the id from the request, and hands it on (line 42); "rows" is what the database answers.\n';
  const prose = SENTENCE.repeat(Math.ceil((1024 * 1024) / SENTENCE.length)) + OBJECT;
  return [
    `answers read as intended: ${right} of ${answers.length} (${((100 * right) / answers.length).toFixed(1)} %)`,
    `json_findings on 1 MB of prose with one object at its end: ${compare(prose)}`,
  ];
}

/** MB a second, against reading the same text as one JSON string and against one pass over its characters. */
function compare(text: string, rounds = 9): string {
  const json = JSON.stringify(text);
  const read = reader.read(text);
  if (read.kind !== 'parsed' || read.claims.length !== 1)
    throw new Error(`the object was not found: ${JSON.stringify(read).slice(0, 200)}`);
  const ours: number[] = [];
  const parse: number[] = [];
  const pass: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    ours.push(timed(() => reader.read(text)));
    parse.push(timed(() => JSON.parse(json)));
    pass.push(timed(() => countBraces(text)));
  }
  const speed = (times: number[]) => text.length / 1024 / 1024 / (median(times.slice(1)) / 1_000);
  const [a, b, c] = [speed(ours), speed(parse), speed(pass)];
  return `${a.toFixed(0)} MB/s; JSON.parse of it as a string ${b.toFixed(0)} MB/s (${(b / a).toFixed(1)} times), one pass over its characters ${c.toFixed(0)} MB/s (${(c / a).toFixed(1)} times)`;
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function countBraces(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) === 0x7b) count += 1;
  return count;
}

function isIntended(result: ParseResult, intended: Answer['intended']): boolean {
  if (result.kind === 'unreadable' || intended.kind === 'unreadable') return result.kind === intended.kind;
  const { claims } = result;
  return (
    result.cut === intended.cut &&
    claims.length === intended.claims.length &&
    intended.claims.every((claim, index) => holds(claims[index], claim))
  );
}

/** Whether a value has all that another names. */
function holds(value: unknown, named: unknown): boolean {
  if (named === null || typeof named !== 'object') return Object.is(value, named);
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(named).every(([key, part]) => holds((value as Record<string, unknown>)[key], part));
}
