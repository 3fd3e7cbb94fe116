import { describe, expect, it } from 'vitest';
import type { JudgeCase } from '#model/verdict.ts';
import { askedModel, reply } from '../../../test/fakes/asked-model.ts';
import { makeChunk, makeSeat } from '../../../test/fixtures/panel.ts';
import { judge } from './judge.ts';

const caseOf = (id: string): JudgeCase => ({ id, path: 'src/app.js', startLine: 42, endLine: 42, cwe: null, severity: 'low', message: id });
const CASES = ['aaa', 'bbb', 'ccc'].map(caseOf);

async function hear(text: string, cases: readonly JudgeCase[] = CASES) {
  const { model } = askedModel([reply(text)]);
  const task = { chunk: makeChunk('c'), cases, finding: null };
  const signal = new AbortController().signal;
  return await judge.run(makeSeat('m', { role: 'judge' }), task, { model, signal, heard: null, lookUp: null });
}

/** `aaa confirmed, ccc uncertain`, or how the call ended. */
async function verdictsOf(text: string, cases: readonly JudgeCase[] = CASES): Promise<string> {
  const outcome = await hear(text, cases);
  if (outcome.kind !== 'answered') return outcome.kind;
  const { opinion } = outcome;
  return opinion?.kind === 'verdicts' ? opinion.verdicts.map(({ caseId, verdict }) => `${caseId} ${verdict}`).join(', ') : 'none';
}

const one = (id: unknown, verdict: unknown) => ({ id, verdict, confidence: 0.9, severity: 'high', reason: 'Line 42.' });
const all = (...verdicts: unknown[]) => JSON.stringify({ verdicts });

describe('judge', () => {
  it('gives each verdict back under the id of its case', async () => {
    expect(await hear(all(one('c2', 'rejected'), one('c1', 'confirmed')))).toEqual({
      kind: 'answered',
      claims: [],
      opinion: {
        kind: 'verdicts',
        verdicts: [
          { caseId: 'aaa', verdict: 'confirmed', confidence: 0.9, severity: 'high', reason: 'Line 42.' },
          { caseId: 'bbb', verdict: 'rejected', confidence: 0.9, severity: 'high', reason: 'Line 42.' },
        ],
      },
      usage: { tokensIn: 10, tokensOut: 20, costUsd: 0.01, latencyMs: 5, cached: false },
    });
  });

  it('leaves open what the judge did not say', async () => {
    expect(await hear(all({ id: 'c1', verdict: 'confirmed' }))).toMatchObject({
      opinion: { verdicts: [{ confidence: null, severity: null, reason: '' }] },
    });
  });

  it.each([
    { name: 'ids as numbers', text: all(one(1, 'confirmed'), one('2', 'rejected')), said: 'aaa confirmed, bbb rejected' },
    {
      name: 'ids in other words',
      text: all(one('C1', 'confirmed'), one('#2', 'rejected'), one('claim 3', 'uncertain')),
      said: 'aaa confirmed, bbb rejected, ccc uncertain',
    },
    {
      name: 'no number that is none of a case',
      text: all({ claim: 'line 2', verdict: 'rejected' }, one('C-1', 'confirmed'), one('Case #c3', 'rejected'), one('at 2', 'confirmed')),
      said: 'aaa confirmed, ccc rejected',
    },
    { name: 'nothing of a judge that counts from 0', text: all(one(0, 'rejected'), one(1, 'confirmed')), said: 'unreadable' },
    { name: 'verdicts in any case', text: all(one('c1', 'CONFIRMED'), one('c2', ' Rejected. ')), said: 'aaa confirmed, bbb rejected' },
    {
      name: 'the words of the field',
      text: all(one('c1', 'True Positive'), one('c2', 'false_positive'), one('c3', 'unsure')),
      said: 'aaa confirmed, bbb rejected, ccc uncertain',
    },
    { name: 'yes and no', text: all(one('c1', true), one('c2', false)), said: 'aaa confirmed, bbb rejected' },
    { name: 'a bare array', text: JSON.stringify([one('c1', 'confirmed')]), said: 'aaa confirmed' },
    {
      name: 'a verdict on a line each',
      text: `${JSON.stringify(one('c1', 'confirmed'))}\n${JSON.stringify(one('c3', 'rejected'))}`,
      said: 'aaa confirmed, ccc rejected',
    },
    { name: 'a wrapper', text: JSON.stringify({ result: { verdicts: [one('c1', 'confirmed')] } }), said: 'aaa confirmed' },
    { name: 'ids as keys', text: '{"c1": "confirmed", "c2": {"verdict": "rejected", "reason": "x"}}', said: 'aaa confirmed, bbb rejected' },
    { name: 'ids as keys within', text: '{"verdicts": {"c3": "uncertain"}}', said: 'ccc uncertain' },
    {
      name: 'a fence in prose',
      text: `I looked at [42].\n\`\`\`json\n${all(one('c1', 'confirmed'))}\n\`\`\`\nThat is all.`,
      said: 'aaa confirmed',
    },
    { name: 'no draft', text: `<think>${all(one('c1', 'rejected'))}</think>${all(one('c1', 'confirmed'))}`, said: 'aaa confirmed' },
    { name: 'the same twice', text: all(one('c1', 'confirmed'), one('c1', 'confirmed')), said: 'aaa confirmed' },
  ])('reads $name', async ({ text, said }) => expect(await verdictsOf(text)).toBe(said));

  it('ignores verdicts on claims that it was not shown, and words that are none', async () => {
    expect(
      await verdictsOf(
        all(one('c4', 'confirmed'), one('c0', 'confirmed'), one('aaa', 'rejected'), one('c2', 'rejected'), one('c3', 'perhaps not')),
      ),
    ).toBe('bbb rejected');
  });

  it('takes contradictions for uncertainty: a judge may quote an answer that the change holds', async () => {
    expect(await verdictsOf(all(one('c1', 'confirmed'), one('c1', 'rejected'), one('c2', 'rejected')))).toBe('aaa uncertain, bbb rejected');
    const quoted = `The change holds this:\n${all(one('c1', 'rejected'))}\nMy verdict:\n${all(one('c1', 'confirmed'))}`;
    expect(await hear(quoted)).toMatchObject({ opinion: { verdicts: [{ caseId: 'aaa', verdict: 'uncertain', confidence: null }] } });
  });

  it('takes a verdict without an id for that on the only claim, and on no other', async () => {
    const text = '{"verdict": "confirmed", "reason": "Line 42."}';
    expect(await verdictsOf(text, [caseOf('aaa')])).toBe('aaa confirmed');
    expect(await verdictsOf(text)).toBe('unreadable');
  });

  it.each([
    { name: 'no verdict at all', text: '{"verdicts": []}', kind: 'unreadable' },
    { name: 'prose', text: 'I confirm c1.', kind: 'unreadable' },
    { name: 'verdicts on nothing that was shown', text: all(one('c9', 'confirmed')), kind: 'unreadable' },
    { name: 'the schema of the answer', text: '{"verdict": {"enum": ["confirmed"]}}', kind: 'unreadable' },
    { name: 'a cut tail', text: all(one('c1', 'confirmed'), one('c2', 'rejected')).slice(0, -30), kind: 'truncated' },
  ])('is not heard where the answer holds $name', async ({ text, kind }) => expect(await verdictsOf(text)).toBe(kind));

  it('says why nothing was read', async () => {
    expect(await hear(all(one('c9', 'confirmed')))).toMatchObject({ reason: 'the answer decides none of the claims that were shown' });
    expect(await hear('I confirm c1.')).toMatchObject({ reason: 'the answer holds no JSON' });
  });
});
