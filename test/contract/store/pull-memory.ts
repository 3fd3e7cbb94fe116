import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Finding } from '#model/finding.ts';
import type { Dismissal, GoneFinding } from '#model/lifecycle.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ScanRequest } from '#ports/store.ts';
import { hostileRecord, makeRecord } from '../../fakes/scan-record.ts';
import { hostileResult } from '../../fakes/scan-result.ts';
import { makeFinding, makeResult } from '../../fixtures/scan-results.ts';
import { head, request, type StoreUnderTest } from './under-test.ts';

const finding = (letter: string, over: Partial<Finding> = {}) =>
  makeFinding({ id: letter.toUpperCase(), fingerprint: letter.repeat(64), ...over });

const dismissal = (over: Partial<Dismissal> = {}): Dismissal => ({
  ...{ fingerprint: 'a'.repeat(64), cwe: 'CWE-89', path: 'src/app.js', evidence: 'db.query(q) \u0000 \ud800' },
  ...{ reason: 'a test "fixture" \u0000', actor: 'mona', scope: 'pull' },
  ...over,
});

/** What a pull request remembers between its scans. */
export function examinePullMemory({ store, accepted, rows }: StoreUnderTest): void {
  /** A scan that was published, with its record where one is given. */
  const settled = async (changes: Partial<ScanRequest>, result: ScanResult, record = { ...makeRecord(), result }) => {
    const scanId = await accepted(changes);
    await store().saveResult(scanId, result, record);
    await store().settle(scanId, result);
    return scanId;
  };
  const gone = async (fingerprint: string): Promise<GoneFinding> => {
    const [known] = (await store().known(request())).filter((one) => one.fingerprint === fingerprint);
    if (known === undefined) throw new Error('not known');
    return { ...known, because: 'its line was changed' };
  };
  const states = async (ref = request()) => (await store().known(ref)).map(({ id, state }) => `${id} ${state}`);

  describe('the history of a pull request', () => {
    it('is null before anything was published, also where a scan is stored', async () => {
      const first = await accepted();
      await store().saveResult(first, makeResult({ planKey: 'p' }));
      expect(await store().history(await accepted(head('c')))).toBeNull();
      expect(await store().history(randomUUID())).toBeNull();
      expect([await store().known(request()), await store().lastResult(request())]).toEqual([[], null]);
    });
    it('is of the last scan that was published, whatever text is in it, not of one that was superseded', async () => {
      const record = hostileRecord();
      const result = { ...record.result, planKey: 'plan \u0000 1' };
      await settled(head('1'), makeResult({ findings: [] }));
      const last = await settled(head('2'), result, { ...record, result });
      const superseded = await accepted(head('3'));
      await store().saveResult(superseded, makeResult({ planKey: 'other' }));
      const { ledger, findings } = result;
      const history = await store().history(await accepted(head('4')));
      expect(history).toEqual({
        headSha: '2'.repeat(40),
        known: [expect.objectContaining({ id: 'a1b2c3', evidence: findings[0]?.evidence, state: 'open', endLine: 9_000_000_000 })],
        carry: { planKey: 'plan \u0000 1', ledger, findings },
        change: record.change,
      });
      expect(await store().lastResult(request())).toEqual({ scanId: last, headSha: '2'.repeat(40), baseSha: 'b'.repeat(40), result });
    });
    it('carries nothing over without the name of a plan, and no change without a record', async () => {
      const { scanId } = { scanId: await accepted(head('1')) };
      const result = makeResult();
      await store().saveResult(scanId, result);
      await store().settle(scanId, result);
      expect(await store().history(await accepted(head('2')))).toMatchObject({ headSha: '1'.repeat(40), carry: null, change: null });
    });
    it('is that of its own pull request, and merge groups have none', async () => {
      await settled({ number: 8 }, makeResult());
      await settled({ repo: 'cart' }, makeResult());
      await settled({ number: 0 }, makeResult({ findings: [finding('a')] }));
      expect(await store().history(await accepted())).toBeNull();
      expect(await store().history(await accepted({ number: 0, ...head('c') }))).toBeNull();
      expect(await states(request({ number: 0 }))).toEqual([]);
    });
    it('is not that of the scan itself, when it is published again', async () => {
      const scanId = await settled({}, makeResult());
      expect(await store().history(scanId)).toBeNull();
    });
  });

  describe('known findings', () => {
    it('are open, fixed, reopened and unknown as the scans say', async () => {
      await settled(head('1'), makeResult({ findings: [finding('a'), finding('b'), finding('c')] }));
      expect(await states()).toEqual(['A open', 'B open', 'C open']);
      const since = {
        headSha: null,
        carriedHunks: 0,
        fixed: [await gone('a'.repeat(64))],
        unknown: [{ ...(await gone('b'.repeat(64))), path: 'src/moved.js', startLine: 70, endLine: 71 }],
      };
      await settled(head('2'), makeResult({ findings: [finding('c', { startLine: 90, endLine: 91 })], since }));
      expect(await states()).toEqual(['A fixed', 'B open', 'C open']);
      expect((await store().known(request()))[2]).toMatchObject({ startLine: 90, endLine: 91 });
      expect((await store().known(request()))[1]).toMatchObject({ path: 'src/moved.js', startLine: 70, endLine: 71 });
      await settled(head('3'), makeResult({ findings: [finding('a')] }));
      expect(await states()).toEqual(['A open', 'B open', 'C open']);
    });
    it('are dismissed where a person said so; others that do not count are not known', async () => {
      const findings = [
        finding('a', { suppressedBy: 'dismissed', state: 'dismissed' }),
        finding('b', { suppressedBy: 'policy' }),
        finding('c', { suppressedBy: 'min-severity' }),
      ];
      await settled({}, makeResult({ findings }));
      expect(await states()).toEqual(['A dismissed']);
    });
    it('name the models that reported them, and keep text of strangers', async () => {
      await settled({}, hostileResult());
      const [known] = await store().known(request());
      expect(known).toMatchObject({ models: ['a'], severity: 'high', cwe: 'CWE-89', evidence: hostileResult().findings[0]?.evidence });
      expect(known?.path).toContain('a\ufffdb');
    });
    it('are settled once for each scan, and one row each where a result lists one twice', async () => {
      const scanId = await settled(head('1'), makeResult({ findings: [finding('a'), finding('a', { severity: 'low' })] }));
      await settled(
        head('2'),
        makeResult({ findings: [], since: { headSha: null, carriedHunks: 0, unknown: [], fixed: [await gone('a'.repeat(64))] } }),
      );
      await store().settle(scanId, makeResult({ findings: [finding('a')] }));
      expect(await states()).toEqual(['A fixed']);
      expect(await store().lastResult(request())).toMatchObject({ headSha: '2'.repeat(40) });
    });
    it('may be more than one statement takes', async () => {
      const findings = Array.from({ length: 2_500 }, (_, at) => makeFinding({ id: `F${at}`, fingerprint: `f${at}` }));
      await settled({}, makeResult({ findings }));
      expect(await store().known(request())).toHaveLength(2_500);
    });
  });

  describe('dismissals', () => {
    const other = request({ number: 8 });
    it('hold for their pull request, or for all of the repository, as they were said', async () => {
      const own = dismissal();
      const all = dismissal({ fingerprint: 'b'.repeat(64), cwe: null, scope: 'repository' });
      await store().dismiss(request(), own);
      await store().dismiss(request(), all);
      expect(await store().dismissals(request())).toEqual([own, all]);
      expect(await store().dismissals(other)).toEqual([all]);
      expect(await store().dismissals(request({ repo: 'cart' }))).toEqual([]);
    });
    it('of one finding replace each other within a scope, also when twenty come at once', async () => {
      await Promise.all(Array.from({ length: 20 }, () => store().dismiss(request(), dismissal({ scope: 'repository' }))));
      await Promise.all([request(), other].map((ref) => store().dismiss(ref, dismissal())));
      await store().dismiss(request(), dismissal({ reason: 'the later word', actor: 'hubot' }));
      expect((await store().dismissals(request())).map(({ scope, actor }) => `${scope} ${actor}`)).toEqual([
        'repository mona',
        'pull hubot',
      ]);
      expect(await rows('select count(*)::int as n from policies')).toEqual([{ n: 3 }]);
    });
    it('are taken back in every scope that holds here, stay on record, and answer whether there was one', async () => {
      await store().dismiss(request(), dismissal());
      await store().dismiss(request(), dismissal({ scope: 'repository' }));
      await store().dismiss(other, dismissal());
      expect(await store().reinstate(request(), 'f'.repeat(64), 'hubot')).toBe(false);
      expect(await store().reinstate(request(), 'a'.repeat(64), 'hubot')).toBe(true);
      expect(await store().reinstate(request(), 'a'.repeat(64), 'hubot')).toBe(false);
      expect(await store().dismissals(request())).toEqual([]);
      expect(await store().dismissals(other)).toEqual([dismissal()]);
      expect(await rows(`select count(*)::int as n from policies where revoked_by = 'hubot' and revoked_at is not null`)).toEqual([
        { n: 2 },
      ]);
      await store().dismiss(request(), dismissal());
      expect(await store().dismissals(request())).toEqual([dismissal()]);
    });
    it('show at once in what is known of the pull request; once taken back, the next scan finds it to be back', async () => {
      await settled(head('1'), makeResult({ findings: [finding('a'), finding('b')] }));
      await store().dismiss(request(), dismissal());
      expect(await states()).toEqual(['A dismissed', 'B open']);
      await store().reinstate(request(), 'a'.repeat(64), 'mona');
      expect(await states()).toEqual(['A dismissed', 'B open']);
      await settled(head('2'), makeResult({ findings: [finding('a', { state: 'reopened' }), finding('b')] }));
      expect(await states()).toEqual(['A open', 'B open']);
    });
  });

  it('remembers who paused the reviews of a pull request, until they go on', async () => {
    expect(await store().pausedBy(request())).toBeNull();
    await store().setPaused(request(), 'mona');
    await store().setPaused(request(), 'hubot');
    expect([await store().pausedBy(request()), await store().pausedBy(request({ number: 8 }))]).toEqual(['hubot', null]);
    await store().setPaused(request(), null);
    expect(await store().pausedBy(request())).toBeNull();
  });

  it('keeps the record of the newest published scan of a pull request longer than those of its older scans', async () => {
    const older = await settled(head('1'), makeResult());
    const newest = await settled(head('2'), makeResult({ planKey: 'p' }));
    await rows(`update scans set recorded_at = now() - interval '2 hours' where id = '${newest}'`);
    await rows(`update scans set recorded_at = now() - interval '3 hours' where id = '${older}'`);
    await rows(`insert into scans (repository_id, pull_number, head_sha, base_sha, attempt, status, due_at, settled_at, result, record, recorded_at)
      select (select id from repositories), 8, n::text, 'b', 1, 'done', now(), now(), '{}', '{}', now() - interval '1 hour' + n * interval '1 second'
      from generate_series(1, 500) as n`);
    await store().saveResult(await accepted(head('3')), makeResult(), makeRecord());
    expect(await rows('select count(*)::int as n from scans where record is not null')).toEqual([{ n: 500 }]);
    expect(
      await rows(`select record is not null as kept from scans where id in ('${older}', '${newest}') order by recorded_at nulls first`),
    ).toEqual([{ kept: false }, { kept: true }]);
    expect(await store().history(await accepted(head('4')))).toMatchObject({ change: makeRecord().change });
  });
}
