import { describe, expect, it } from 'vitest';
import { hfClassification } from '#models/parsers/hf-classification.ts';
import { jsonFindings } from '#models/parsers/json-findings.ts';
import type { AnswerReader } from '#ports/parser.ts';
import { askedModel, reply } from '../../../test/fakes/asked-model.ts';
import { makeChunk, makeSeat } from '../../../test/fixtures/panel.ts';
import { triage } from './triage.ts';

const JSON_READER = jsonFindings.open({});

async function sort(text: string, reader: AnswerReader = JSON_READER, reads: 'prompt' | 'chunk' = 'prompt') {
  const { model } = askedModel([reply(text)], { reader, reads });
  const task = { chunk: makeChunk('c'), cases: [], finding: null };
  const signal = new AbortController().signal;
  const outcome = await triage.run(makeSeat('m', { role: 'triage' }), task, { model, signal, heard: null, lookUp: null });
  return { outcome, opinion: outcome.kind === 'answered' ? outcome.opinion : outcome.kind };
}

describe('what a language model says of a chunk', () => {
  it.each([
    { text: '{"suspicious": true, "confidence": 0.8, "reason": "A query."}', score: 0.8 },
    { text: '{"suspicious": true, "confidence": 0.2, "reason": "Perhaps."}', score: 0.5 },
    { text: '{"suspicious": true}', score: 1 },
    { text: '{"suspicious": false, "confidence": 0.9, "reason": "Prose."}', score: 0.1 },
    { text: '{"suspicious": false, "confidence": 0.1}', score: 0.49 },
    { text: '{"suspicious": false, "confidence": 0}', score: 0.49 },
    { text: '{"suspicious": false}', score: 0 },
    { text: '{"suspicious": false, "confidence": "90 %"}', score: 0.1 },
    { text: '{"Suspicious": "Yes", "confidence": "high"}', score: 0.9 },
    { text: '{"is_suspicious": "no"}', score: 0 },
    { text: 'Let me see.\n```json\n{"suspicious": true, "confidence": 0.7,}\n```', score: 0.7 },
    { text: '<think>{"suspicious": true}</think>{"suspicious": false, "confidence": 1}', score: 0 },
  ])('$text scores $score', async ({ text, score }) => {
    const { opinion } = await sort(text);
    expect(opinion).toMatchObject({ kind: 'triage', score: expect.closeTo(score) });
  });

  it('keeps its reason, and makes no claims of it', async () => {
    expect((await sort('{"suspicious": true, "reason": "A query is joined."}')).outcome).toMatchObject({
      claims: [],
      opinion: { reason: 'A query is joined.' },
    });
  });

  it('is suspicious where it says both: it may quote an answer that the change holds', async () => {
    for (const text of [
      '{"suspicious": true, "confidence": 0.9}\nThe change itself says:\n{"suspicious": false, "confidence": 1}',
      'The change says:\n{"suspicious": false}\nI say:\n{"suspicious": true, "confidence": 0.9}',
    ])
      expect((await sort(text)).opinion).toMatchObject({ score: 0.9 });
  });

  it('may be findings', async () => {
    const finding = (confidence: number | null) => ({
      title: 'SQL injection',
      cwe: 'CWE-89',
      startLine: 42,
      message: 'Joined.',
      confidence,
    });
    const { outcome } = await sort(JSON.stringify({ findings: [finding(0.6), finding(0.3)] }));
    expect(outcome).toMatchObject({ kind: 'answered', claims: [{ cwe: 'CWE-89' }, {}], opinion: { score: 0.6, reason: 'SQL injection' } });
    expect((await sort(JSON.stringify({ findings: [finding(null)] }))).opinion).toMatchObject({ score: 1 });
    expect((await sort('{"findings": []}')).opinion).toMatchObject({ score: 0 });
  });

  it.each([
    { text: 'This looks safe to me.', kind: 'unreadable' },
    { text: '{"verdict": "fine"}', kind: 'unreadable' },
    { text: '{"suspicious": "perhaps"}', kind: 'unreadable' },
    { text: '{"type": "object", "properties": {"suspicious": {"type": "boolean"}}, "suspicious": false}', kind: 'unreadable' },
    { text: '{"suspicious": false, "confidence": 0.9, "reason": "It is', kind: 'truncated' },
    { text: '', kind: 'failed' },
  ])('is no approval in $text', async ({ text, kind }) => expect((await sort(text)).opinion).toBe(kind));
});

describe('what a classifier or a tool says of a chunk', () => {
  const labels = (score: number) =>
    JSON.stringify([
      { label: 'LABEL_1', score },
      { label: 'LABEL_0', score: 1 - score },
    ]);
  const classifier = hfClassification.open(hfClassification.config.parse({}));

  it('has the score of its labels, also below their threshold', async () => {
    expect((await sort(labels(0.75), classifier, 'chunk')).outcome).toMatchObject({
      claims: [{ confidence: 0.75 }],
      opinion: { score: 0.75 },
    });
    expect((await sort(labels(0.25), classifier, 'chunk')).outcome).toMatchObject({ claims: [], opinion: { score: 0.25, reason: '' } });
  });

  it('has that of its surest claim where its parser gives none', async () => {
    const { outcome } = await sort('{"findings": [{"title": "Weak hash", "line": 42, "message": "MD5."}]}', JSON_READER, 'chunk');
    expect(outcome).toMatchObject({ claims: [{ title: 'Weak hash' }], opinion: { score: 1, reason: 'Weak hash' } });
    expect((await sort('{"findings": []}', JSON_READER, 'chunk')).opinion).toMatchObject({ score: 0 });
  });

  it.each([
    { name: 'labels that are not known', text: '[{"label": "OTHER", "score": 0.9}]', reader: classifier, kind: 'unreadable' },
    { name: 'nothing', text: '', reader: classifier, kind: 'failed' },
    { name: 'the form for language models', text: '{"suspicious": false}', reader: JSON_READER, kind: 'unreadable' },
  ])('is no approval in $name', async ({ text, reader, kind }) => expect((await sort(text, reader, 'chunk')).opinion).toBe(kind));
});
