import { describe, expect, it } from 'vitest';
import type { CustomRole } from '#model/plan.ts';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import { askedModel, reply } from '../../../../test/fakes/asked-model.ts';
import { makeSeat } from '../../../../test/fixtures/panel.ts';
import { PROMPT_CHUNKS, PROMPT_FINDING } from '../../../../test/fixtures/prompts.ts';
import { createCustomRunner } from './create-custom-runner.ts';

const SCHEMA = {
  type: 'object',
  properties: { owner: { enum: ['payments', 'search'] }, days: { type: ['integer', 'null'] } },
  required: ['owner'],
  additionalProperties: false,
};

async function take(text: string, role: Partial<CustomRole> = {}) {
  const runner = createCustomRunner('keys', { prompt: 'Look at keys.', schema: SCHEMA, on: 'findings', ...role });
  const { model, requests } = askedModel([reply(text)], { reader: jsonFindings.open({}) });
  const task = { chunk: PROMPT_CHUNKS['one-hunk-javascript'], cases: [], finding: PROMPT_FINDING };
  const signal = new AbortController().signal;
  const outcome = await runner.run(makeSeat('m', { role: 'keys' }), task, { model, signal, heard: null, lookUp: null });
  return { outcome, request: requests[0] };
}

describe('a custom role on chunks', () => {
  const schema = { type: 'object', properties: { issues: { type: 'array' } } };

  it('holds the model to the schema of the configuration, after its prompt', async () => {
    const { request } = await take('{"issues": []}', { on: 'chunks', schema });
    expect(request).toMatchObject({ role: 'keys', schema });
    expect(request?.messages[0]?.content).toMatch(/^Look at keys\.\n/);
    expect(request?.messages[0]?.content).toContain(JSON.stringify(schema));
  });

  it('makes claims by the parser of its seat', async () => {
    const { outcome } = await take('{"issues": [{"title": "Key in code", "cwe": 798, "line": 42, "message": "A key."}]}', {
      on: 'chunks',
      schema,
    });
    expect(outcome).toMatchObject({ kind: 'answered', claims: [{ cwe: 'CWE-798', startLine: 42 }] });
    expect(outcome).not.toHaveProperty('opinion');
  });

  it('answers as a deep scan does where it has no schema', async () => {
    const { request } = await take('{"findings": []}', { on: 'chunks', schema: {} });
    expect(request?.schema).toMatchObject({ properties: { findings: { type: 'array' } } });
    expect(request?.messages[0]?.content).toContain('{"findings": [], "needs": []}');
  });
});

describe('a custom role on findings', () => {
  it.each([
    { name: 'an answer that fits', text: '{"owner": "payments", "days": 3}', note: { owner: 'payments', days: 3 } },
    { name: 'one in a fence', text: 'So:\n```\n{"owner": "search"}\n```', note: { owner: 'search' } },
    { name: 'the last of those that fit', text: '{"owner": "search"}\nNo:\n{"owner": "payments"}', note: { owner: 'payments' } },
    { name: 'the one that fits', text: '{"owner": "payments"}\n{"owner": "nobody"}', note: { owner: 'payments' } },
  ])('notes $name', async ({ text, note }) => {
    expect((await take(text)).outcome).toMatchObject({ kind: 'answered', claims: [], opinion: { kind: 'note', note } });
  });

  it.each([
    { name: 'a word that is not allowed', text: '{"owner": "nobody"}' },
    { name: 'a member too many', text: '{"owner": "payments", "x": 1}' },
    { name: 'a member too few', text: '{"days": 3}' },
    { name: 'another type', text: '{"owner": "payments", "days": "three"}' },
    { name: 'a list', text: '[{"owner": "payments"}]' },
    { name: 'prose', text: 'payments' },
  ])('is unreadable with $name', async ({ text }) => expect((await take(text)).outcome.kind).toBe('unreadable'));

  it('takes any object where the schema says nothing, and keeps no sign that no database keeps', async () => {
    const { outcome, request } = await take('{"a\\u0000": ["b\\u0000\\ud800"], "n": 1}', { schema: {} });
    expect(outcome).toMatchObject({ opinion: { note: { a: ['b\ufffd'], n: 1 } } });
    expect(request?.schema).toBeNull();
  });

  it('takes no note without end', async () => {
    expect((await take(JSON.stringify({ a: 'x'.repeat(9_000) }), { schema: {} })).outcome).toMatchObject({
      kind: 'unreadable',
      reason: 'the answer is longer than 8000 characters',
    });
  });

  it('is refused where its schema cannot be used', () =>
    expect(() => createCustomRunner('keys', { prompt: 'x', schema: { type: 'strnig' }, on: 'findings' })).toThrow('strnig'));
});
