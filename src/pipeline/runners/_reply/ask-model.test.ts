import { expect, it } from 'vitest';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import type { Asked } from '#ports/runner.ts';
import { askedModel, cut, reply } from '../../../../test/fakes/asked-model.ts';
import { makeChunk, makeSeat } from '../../../../test/fixtures/panel.ts';
import { askModel } from './ask-model.ts';
import { readClaims } from './read-reply.ts';

const finding = (line: number) => `{"title": "SQL injection", "cwe": "CWE-89", "line": ${line}, "message": "Joined."}`;
/** An answer that ends within a finding behind these. */
const half = (...lines: number[]) => cut(`{"findings": [${lines.map((line) => `${finding(line)}, `).join('')}{"title": "XS`);

async function ask(answers: [Asked, ...Asked[]], settings: Record<string, unknown> = {}) {
  const reader = jsonFindings.open({});
  const { model, requests } = askedModel(answers, { reader });
  const seat = makeSeat('m');
  const content = 'const a = 1;\n'.repeat(40);
  const { outcome } = await askModel(
    { role: 'deep_scan', chunk: makeChunk('c'), messages: [{ role: 'user', content }], schema: null, maxTokens: 1_000 },
    { ...seat, model: { ...seat.model, settings } },
    { model, signal: new AbortController().signal, heard: null },
    readClaims(reader),
  );
  return {
    outcome,
    lines: 'claims' in outcome ? outcome.claims.map(({ startLine }) => startLine) : [],
    rooms: requests.map(({ maxTokens }) => maxTokens),
  };
}

it.each([
  { name: 'the second is whole', answers: [half(1, 2), reply(`{"findings": [${finding(3)}]}`)], kind: 'answered', lines: [3] },
  { name: 'the second is cut later', answers: [half(1), half(1, 2)], kind: 'truncated', lines: [1, 2] },
  { name: 'the second is cut earlier', answers: [half(1, 2), half(1)], kind: 'truncated', lines: [1, 2] },
  { name: 'the second is cut at the same place', answers: [half(1), half(4)], kind: 'truncated', lines: [1] },
] as { name: string; answers: [Asked, ...Asked[]]; kind: string; lines: number[] }[])(
  'of two answers, where $name, that with more counts',
  async ({ answers, kind, lines }) => {
    const asked = await ask(answers);
    expect(asked.outcome).toMatchObject({ kind, usage: { calls: 2, tokensIn: 20, tokensOut: 40 } });
    expect(asked.lines).toEqual(lines);
  },
);

it.each([
  { name: 'twice the room where nothing is stated', settings: {}, rooms: [1_000, 2_000] },
  { name: 'once where the user stated the room', settings: { max_tokens: 1_000 }, rooms: [1_000] },
  {
    name: 'with what a small window leaves',
    settings: { num_ctx: 2_000 },
    rooms: [1_000, expect.toSatisfy((room: number) => room > 1_500 && room < 2_000)],
  },
  { name: 'once where the window leaves hardly more', settings: { num_ctx: 1_700 }, rooms: [1_000] },
])('asks $name', async ({ settings, rooms }) => expect((await ask([half(1)], settings)).rooms).toEqual(rooms));

it('asks once where an answer is damaged but not cut: more room would not mend it', async () => {
  const { outcome, rooms } = await ask([reply(`{"findings": [${finding(1)}, {"title": "XS`)]);
  expect(outcome.kind).toBe('truncated');
  expect(rooms).toEqual([1_000]);
});
