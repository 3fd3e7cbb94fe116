import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArchiveForTests } from '../../test/fakes/run-archive.ts';
import { makeRecord } from '../../test/fakes/scan-record.ts';
import { makeFinding } from '../../test/fixtures/scan-results.ts';

const judged = makeFinding({
  models: [
    { id: 'a', role: 'deep_scan', confidence: 0.9, severity: 'high', verdict: 'reported', message: '' },
    { id: 'a', role: 'triage', confidence: 0.9, severity: 'high', verdict: 'reported', message: '' },
    { id: 'b', role: 'deep_scan', confidence: null, severity: 'high', verdict: 'reported', message: '' },
    { id: 'gpt', role: 'judge', confidence: null, severity: 'high', verdict: 'confirmed', message: '' },
  ],
});
const dropped = makeFinding({
  id: 'zzzzzz',
  fingerprint: 'd'.repeat(64),
  title: 'Only one said so',
  models: judged.models.slice(2, 3),
  path: 'run',
});

const stored = async (folder: string) =>
  (JSON.parse(await readFile(join(folder, 'judgements.json'), 'utf8')) as { judgements: Record<string, unknown>[] }).judgements;

describe('aegis feedback FINDING', () => {
  it('records what a person holds of it for the models that reported it, and not for its judge', async () => {
    const { records, judgements, run, folder } = openArchiveForTests();
    await records.save(makeRecord({ findings: [judged] }));
    expect(await run('feedback', judged.id.toUpperCase(), 'dismissed', '--reason', 'a test fixture')).toEqual({
      code: 0,
      out: 'k3v9qd (SQL injection, src/app.js:42) is dismissed; it counts for a, b\n',
      err: '',
    });
    expect(await stored(folder)).toMatchObject([{ fingerprint: judged.fingerprint, kind: 'dismissed', reason: 'a test fixture' }]);
    expect(await judgements.records()).toEqual([
      { modelId: 'a', language: 'javascript', cwe: 'CWE-89', right: 0, wrong: 1 },
      { modelId: 'b', language: 'javascript', cwe: 'CWE-89', right: 0, wrong: 1 },
    ]);
  });

  it('takes a later word for an earlier one, by id or by fingerprint', async () => {
    const { records, judgements, run } = openArchiveForTests();
    await records.save(makeRecord({ findings: [judged] }));
    await run('feedback', judged.id, 'dismissed');
    await run('feedback', judged.fingerprint, 'fixed');
    expect(await judgements.records()).toMatchObject([
      { modelId: 'a', right: 1, wrong: 0 },
      { modelId: 'b', right: 1, wrong: 0 },
    ]);
  });

  it('takes the scan that is named, else the last', async () => {
    const { records, run, folder } = openArchiveForTests();
    const first = await records.save(makeRecord({ findings: [judged] }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await records.save(makeRecord());
    expect(await run('feedback', judged.id, 'confirmed')).toMatchObject({
      code: 2,
      err: `aegis: there is no finding ${judged.id} in the scan ${second}. \`aegis replay ${second}\` shows its findings.\n`,
    });
    expect((await run('feedback', judged.id, 'confirmed', '--scan', first)).code).toBe(0);
    expect(await stored(folder)).toHaveLength(1);
  });

  it('finds what only another strategy keeps; the language is what the scan took it for', async () => {
    const { records, judgements, run } = openArchiveForTests(async (record, { steps }) => ({
      ...record.result,
      findings: steps.length === 1 && steps[0]?.kind === 'vote' && steps[0].strategy === 'union' ? [dropped] : [],
    }));
    const record = makeRecord();
    const [chunk] = record.chunks;
    const [file] = chunk!.files;
    await records.save({ ...record, chunks: [{ ...chunk!, files: [{ ...file!, path: 'run', language: 'python' }] }] });
    expect((await run('feedback', 'zzzzzz', 'confirmed')).out).toContain('Only one said so');
    expect(await judgements.records()).toMatchObject([{ modelId: 'b', language: 'python', right: 1 }]);
  });

  it.each([
    { args: ['k3v9qd'], says: 'aegis: what you hold of k3v9qd is missing. Say one of confirmed, dismissed, fixed after it.\n' },
    { args: ['k3v9qd', 'liked'], says: /Allowed choices are confirmed, dismissed, fixed/ },
    { args: ['k3v9qd', 'fixed', '--scan', 'zzz'], says: /^aegis: there is no kept scan zzz/ },
    { args: ['k3v9', 'fixed'], says: /^aegis: there is no finding k3v9 in the scan/ },
  ])('refuses $args', async ({ args, says }) => {
    const { records, judgements, run } = openArchiveForTests();
    await records.save(makeRecord({ findings: [judged] }));
    const ran = await run('feedback', ...args);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(says);
    expect(await judgements.records()).toEqual([]);
  });
});

describe('aegis feedback', () => {
  it('shows the record of each model', async () => {
    const { judgements, run } = openArchiveForTests();
    expect((await run('feedback')).out).toBe('nothing is judged yet\n');
    const judgement = { reason: '', cwe: 'CWE-89', language: 'go', models: ['a'] };
    await judgements.record({ ...judgement, fingerprint: '1', kind: 'confirmed' });
    await judgements.record({ ...judgement, fingerprint: '2', kind: 'fixed', cwe: 'CWE-79' });
    await judgements.record({ ...judgement, fingerprint: '3', kind: 'dismissed', models: ['a', 'evil\u001b[2J'] });
    expect((await run('feedback')).out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['model', 'right', 'wrong', 'share'],
      ['a', '2', '1', '67 %'],
      ['evil<U+001B>[2J', '0', '1', '0 %'],
      [''],
    ]);
    expect(JSON.parse((await run('feedback', '--format', 'json')).out)).toEqual(await judgements.records());
  });
});
