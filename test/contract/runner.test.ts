import { expect, it } from 'vitest';
import { createCustomRunner } from '#pipeline/runners/_custom/create-custom-runner.ts';
import type { Runner } from '#ports/runner.ts';
import { registry } from '../../src/registry.ts';
import { examineRunner, type RunnerSamples } from './runner.ts';

const FINDINGS =
  '{"findings": [{"title": "SQL injection", "cwe": "CWE-89", "severity": "high", "confidence": 0.9, "startLine": 42, "endLine": 42, "evidence": "const q", "message": "Joined.", "fix": null}], "needs": []}';

/** A full answer to each registered runner. A runner without an entry fails the test below. */
const SAMPLES: Readonly<Record<string, RunnerSamples>> = {
  triage: { full: '{"suspicious": true, "confidence": 0.8, "reason": "A query is joined."}', opinion: 'triage', readsCode: true },
  deep_scan: { full: FINDINGS, opinion: null, readsCode: true },
  judge: {
    full: '{"verdicts": [{"id": "c1", "verdict": "confirmed", "confidence": 0.9, "severity": "high", "reason": "Line 42."}, {"id": "c2", "verdict": "rejected", "confidence": 0.7, "severity": "low", "reason": "The same."}]}',
    opinion: 'verdicts',
    readsCode: false,
  },
  explain: {
    full: '{"explanation": "Whoever sends the request chooses the statement.", "fix": "Bind the id.", "replacement": "  const q = 1;"}',
    opinion: 'explanation',
    readsCode: false,
  },
};

it('examines every registered runner', () =>
  expect(registry.runners.map(({ role }) => role).toSorted()).toEqual(Object.keys(SAMPLES).toSorted()));

const runners: readonly Runner[] = registry.runners;
for (const runner of runners) {
  const samples = SAMPLES[runner.role];
  if (samples !== undefined) examineRunner(runner, samples);
}

examineRunner(createCustomRunner('crypto_review', { prompt: 'Look at keys.', schema: {}, on: 'chunks' }), {
  full: FINDINGS,
  opinion: null,
  readsCode: true,
});

const schema = {
  type: 'object',
  properties: { owner: { type: 'string' }, text: { type: 'string', maxLength: 5_000 } },
  required: ['owner', 'text'],
  additionalProperties: false,
};
examineRunner(createCustomRunner('owner_note', { prompt: 'Who owns this?', schema, on: 'findings' }), {
  full: '{"owner": "payments", "text": "Their table."}',
  opinion: 'note',
  readsCode: false,
});
