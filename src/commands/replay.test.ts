import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelRecord } from '#model/model-record.ts';
import type { ConsensusRules } from '#model/plan.ts';
import { openArchiveForTests } from '../../test/fakes/run-archive.ts';
import { makeRecord } from '../../test/fakes/scan-record.ts';
import { makeFinding } from '../../test/fixtures/scan-results.ts';
import type { ArchiveDeps } from './archive-deps.ts';

/** A replay that finds what it is told, and notes under which rules it was asked. */
function replaying(result: Parameters<typeof makeRecord>[0] = {}) {
  const asked: { rules: ConsensusRules; records: readonly ModelRecord[] }[] = [];
  const replay: ArchiveDeps['replay'] = async (record, rules, records) => {
    asked.push({ rules, records });
    return { ...record.result, consensus: { strategy: rules.strategy, fellBack: false }, ...result };
  };
  return { asked, replay };
}
const high = makeFinding({ severity: 'high' });

describe('aegis replay without a scan', () => {
  it('says that none is kept yet', async () => {
    expect(await openArchiveForTests().run('replay')).toEqual({ code: 0, out: 'no scan is kept yet\n', err: '' });
  });

  it('lists those that are kept, the latest first; names of branches act on no terminal', async () => {
    const { records, run } = openArchiveForTests();
    const first = await records.save(makeRecord({ conclusion: 'findings', findings: [high] }, { head: 'evil\u001b[2J\n::error::' }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await records.save(makeRecord());
    const { out, code } = await run('replay');
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^ +scan +when +conclusion +findings +strategy +what$/);
    expect(lines[1]).toMatch(new RegExp(`^ +${second} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\dZ +passed +0 +union +main … feature$`));
    expect(lines[2]).toContain(first);
    expect(lines[2]).toContain('main … evil<U+001B>[2J ::error::');
    expect(lines).toHaveLength(4);
  });

  it('lists them as JSON', async () => {
    const { records, run } = openArchiveForTests();
    const id = await records.save(makeRecord());
    expect(JSON.parse((await run('replay', '--format', 'json')).out)).toEqual(await records.list());
    expect((await records.list())[0]?.id).toBe(id);
  });
});

describe('aegis replay SCAN', () => {
  it('merges it again under its own rules, and writes it as it is asked to', async () => {
    const { asked, replay } = replaying({ findings: [high], conclusion: 'findings' });
    const { records, run, folder, opened } = openArchiveForTests(replay);
    const record = makeRecord();
    const id = await records.save(record);
    const ran = await run('replay', id.slice(0, 5), '--format', 'json', '--output', 'result.json');
    expect(ran).toEqual({ code: 1, out: '', err: '' });
    expect(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'))).toMatchObject({
      conclusion: 'findings',
      consensus: { strategy: 'union' },
    });
    expect(asked).toEqual([{ rules: record.plan.consensus, records: [] }]);
    expect(opened).toEqual({ databases: [false], closed: 1 });
  });

  it.each([
    { name: 'a finding at the severity', findings: [high], conclusion: 'findings', args: [], code: 1 },
    { name: 'one below it', findings: [high], conclusion: 'findings', args: ['--fail-on', 'critical'], code: 0 },
    { name: 'none wanted', findings: [high], conclusion: 'findings', args: ['--fail-on', 'none'], code: 0 },
    { name: 'an incomplete scan', findings: [], conclusion: 'incomplete', args: [], code: 3 },
    { name: 'an incomplete scan with a finding', findings: [high], conclusion: 'incomplete', args: [], code: 1 },
    { name: 'a suppressed finding', findings: [makeFinding({ suppressedBy: 'policy' })], conclusion: 'passed', args: [], code: 0 },
  ] as const)('exits as a review does: $name', async ({ findings, conclusion, args, code }) => {
    const { records, run } = openArchiveForTests(replaying({ findings, conclusion }).replay);
    await records.save(makeRecord());
    expect((await run('replay', 'last', ...args)).code).toBe(code);
  });

  it('takes a strategy, a threshold, and a stored pipeline', async () => {
    const { asked, replay } = replaying();
    const { records, pipelines, run } = openArchiveForTests(replay);
    await records.save(makeRecord());
    await pipelines.save({ name: 'strict', description: '', steps: [{ vote: 'weighted_vote' }, { cap: { findings: 2 } }] });
    await run('replay', 'last', '--strategy', 'weighted_vote', '--threshold', '0.7');
    await run('replay', 'last', '--strategy', 'judge');
    await run('replay', 'last', '--strategy', 'strict', '--threshold', '0.8');
    await run('replay', 'last', '--threshold', '0.9');
    expect(asked.map(({ rules: { strategy, threshold, steps } }) => ({ strategy, threshold, steps }))).toEqual([
      { strategy: 'weighted_vote', threshold: 0.7, steps: [{ kind: 'vote', strategy: 'weighted_vote', threshold: 0.7 }] },
      {
        ...{ strategy: 'judge', threshold: 0.5 },
        steps: [
          { kind: 'vote', strategy: 'union', threshold: 0.5 },
          { kind: 'judge', when: 'always' },
        ],
      },
      {
        ...{ strategy: 'strict', threshold: 0.8 },
        steps: [
          { kind: 'vote', strategy: 'weighted_vote', threshold: 0.8 },
          { kind: 'cap', findings: 2 },
        ],
      },
      { strategy: 'union', threshold: 0.9, steps: [{ kind: 'vote', strategy: 'union', threshold: 0.9 }] },
    ]);
  });

  it('weighs models by what people judged, where the plan asked for that', async () => {
    const { asked, replay } = replaying();
    const { records, judgements, run } = openArchiveForTests(replay);
    const record = makeRecord();
    await judgements.record({ fingerprint: 'f', kind: 'confirmed', reason: '', cwe: null, language: null, models: ['a'] });
    await records.save({ ...record, plan: { ...record.plan, consensus: { ...record.plan.consensus, learned: true } } });
    await run('replay', 'last');
    expect(asked[0]?.records).toEqual([{ modelId: 'a', language: null, cwe: null, right: 1, wrong: 0 }]);
  });

  it('says how many verdicts of a judge are missing', async () => {
    const judged = { confirmed: 1, rejected: 0, uncertain: 1, unheard: 2 };
    const { records, run } = openArchiveForTests(replaying({ consensus: { strategy: 'judge', fellBack: true, judged } }).replay);
    await records.save(makeRecord());
    const { err, out } = await run('replay', 'last', '--strategy', 'judge', '--format', 'json');
    expect(err).toBe(
      'aegis: the scan holds no verdict of a judge on 2 of the 4 cases that this strategy puts to one: union decided them\n',
    );
    expect(JSON.parse(out)).toMatchObject({ consensus: { fellBack: true } });
  });

  it.each([
    {
      name: 'a scan that is not kept',
      args: ['nothere'],
      says: 'aegis: there is no kept scan nothere. `aegis replay` lists the scans that are kept.\n',
    },
    {
      name: 'a strategy that nobody knows',
      args: ['last', '--strategy', 'median'],
      says: 'aegis: there is no strategy median. Take one of these: union, majority_vote, weighted_vote, judge, broken.\n',
    },
    {
      name: 'a pipeline that cannot be used',
      args: ['last', '--strategy', 'broken'],
      says: /^aegis: the consensus pipeline broken cannot be used: steps\[0\]\.vote must be .*\. Save it again\.\n$/,
    },
    { name: 'a share beyond all', args: ['last', '--threshold', '1.5'], says: /Give a number from 0 to 1/ },
    { name: 'a share that is none', args: ['last', '--threshold', ''], says: /Give a number from 0 to 1/ },
    { name: 'a format that nobody knows', args: ['last', '--format', 'pdf'], says: /Allowed choices are pretty/ },
    {
      name: 'a place that cannot be written',
      args: ['last', '--output', 'no/such/folder'],
      says: /^aegis: the result cannot be written to /,
    },
  ])('refuses $name, and asks nobody', async ({ args, says }) => {
    const { records, pipelines, run, opened } = openArchiveForTests(replaying().replay);
    await records.save(makeRecord());
    await pipelines.save({ name: 'broken', description: '', steps: [{ vote: 'median' }] });
    const ran = await run('replay', ...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(says);
    expect(opened.closed).toBe(opened.databases.length);
  });

  it('asks the database of the server when it is told to', async () => {
    const { records, run, opened } = openArchiveForTests(replaying().replay);
    await records.save(makeRecord());
    await run('replay', 'last', '--database');
    expect(opened.databases).toEqual([true]);
  });

  it('of a damaged file says so in one sentence', async () => {
    const { records, run, folder } = openArchiveForTests();
    const id = await records.save(makeRecord());
    await writeFile(join(folder, 'runs', `${id}.json.gz`), 'rubbish');
    expect(await run('replay', id)).toMatchObject({ code: 2, err: `aegis: the kept scan ${id} is damaged. Review the change again.\n` });
    expect(await run('replay')).toMatchObject({ code: 0, out: 'no scan is kept yet\n' });
  });
});
