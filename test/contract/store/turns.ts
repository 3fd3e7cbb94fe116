import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { asked, delivery, head, request, type StoreUnderTest } from './under-test.ts';

const MERGE_GROUP = { number: 0 };

/** Scans of one pull request: one at a time, and a newer one asks for the end of the others. */
export function examineTurns({ store, storeWith, accepted, count, rows }: StoreUnderTest): void {
  const jobs = async () => (await rows(`select data ->> 'scanId' as id from pgboss.job order by 1`)).map(({ id }) => id);
  const clearJobs = () => rows('delete from pgboss.job');

  describe('a newer head', () => {
    it('makes the lease of the older scan passed, and not its own', async () => {
      const old = await accepted();
      await store().claim(old, 'w');
      expect(await store().heartbeat(old, 'w')).toBe('held');
      const newer = await accepted(head('c'));
      expect(await store().heartbeat(old, 'w')).toBe('passed');
      await store().finish(old, 'w', 'cancelled', 'superseded');
      await store().claim(newer, 'w');
      expect(await store().heartbeat(newer, 'w')).toBe('held');
    });
    it('passes a scan that nobody has claimed yet, and that one hears of it once it is claimed', async () => {
      const old = await accepted();
      await accepted(head('c'));
      await store().claim(old, 'w');
      expect(await store().heartbeat(old, 'w')).toBe('passed');
    });
    it.each([
      { name: 'another pull request', changes: { number: 8 } },
      { name: 'another repository', changes: { repo: 'cart' } },
    ])('of $name passes nobody', async ({ changes }) => {
      const scanId = await accepted();
      await store().claim(scanId, 'w');
      await accepted({ ...changes, ...head('c') });
      expect(await store().heartbeat(scanId, 'w')).toBe('held');
    });
    it('that was asked for before passes nobody again', async () => {
      const scanId = await accepted(head('c'));
      await store().claim(scanId, 'w');
      expect(await store().accept(delivery(), asked(head('c')))).toEqual({ kind: 'duplicate', scanId });
      expect(await store().heartbeat(scanId, 'w')).toBe('held');
    });
    it('is not what closing or pausing is: they pass all open scans of the pull request', async () => {
      const scanId = await accepted();
      const other = await accepted({ number: 8 });
      for (const id of [scanId, other]) await store().claim(id, 'w');
      await store().pass(request());
      await store().pass(request({ repo: 'nobody-knows' }));
      expect([await store().heartbeat(scanId, 'w'), await store().heartbeat(other, 'w')]).toEqual(['passed', 'held']);
    });
  });

  describe('a head that was there before', () => {
    it.each([
      { name: 'that was done is reviewed again once another was there', status: 'done' as const, between: true, again: true },
      { name: 'that was cancelled is reviewed again', status: 'cancelled' as const, between: false, again: true },
      { name: 'that failed shares its scan', status: 'failed' as const, between: false, again: false },
    ])('$name', async ({ status, between, again }) => {
      const first = await accepted();
      await store().claim(first, 'w');
      await store().finish(first, 'w', status, '');
      await rows(`update scans set conclusion = 'passed'`);
      await wait(2);
      if (between) await accepted(head('c'));
      const answer = await store().accept(delivery(), asked());
      expect(answer.kind).toBe(again ? 'accepted' : 'duplicate');
      expect(answer.scanId !== first).toBe(again);
      expect(await store().lastAttempt(request())).toBe(again ? 2 : 1);
    });
    it('that was left out, as a draft is, is reviewed once it is asked for again, and then shared', async () => {
      const draft = await accepted();
      await store().claim(draft, 'w');
      await store().finish(draft, 'w', 'done', 'not reviewed: it is a draft');
      const answers = await Promise.all([1, 2, 3].map(() => store().accept(delivery(), asked())));
      expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      expect(new Set(answers.map(({ scanId }) => scanId)).size).toBe(1);
      expect(answers[0]?.scanId).not.toBe(draft);
    });
  });

  describe('scans of one pull request', () => {
    it('are begun by one of twenty workers at once, whichever scan they claim', async () => {
      const scanIds: string[] = [];
      for (const letter of ['1', '2', '3', '4']) scanIds.push(await accepted(head(letter)));
      const claims = await Promise.all(Array.from({ length: 20 }, (_, worker) => store().claim(scanIds[worker % 4] ?? '', `w${worker}`)));
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      expect(await rows(`select count(*)::int as n from scans where status = 'running'`)).toEqual([{ n: 1 }]);
    });
    it('are not in the way of other pull requests and repositories', async () => {
      for (const changes of [{}, { number: 8 }, { repo: 'cart' }]) expect(await store().claim(await accepted(changes), 'w')).not.toBeNull();
    });
    it('get their turn when the one before ends: the newest that waits, with a job of its own', async () => {
      const first = await accepted(head('1'));
      await store().claim(first, 'w');
      const second = await accepted(head('2'));
      await wait(2);
      const third = await accepted(head('3'));
      await clearJobs();
      expect(await store().claim(third, 'other')).toBeNull();
      expect(await store().abandoned()).toEqual([]);
      await store().finish(first, 'w', 'cancelled', 'superseded');
      expect(await jobs()).toEqual([third]);
      expect(await store().claim(third, 'other')).not.toBeNull();
      await store().finish(third, 'other', 'done', '');
      expect(await jobs()).toEqual([second, third].toSorted());
      expect(await store().claim(second, 'other')).toMatchObject({ tries: 1 });
    });
    it.each(['now', 'later'] as const)('get their turn when the one before is given back for %s', async (when) => {
      const first = await accepted(head('1'));
      await store().claim(first, 'w');
      const second = await accepted(head('2'));
      await clearJobs();
      await store().release(first, 'w', when);
      expect(await jobs()).toEqual((when === 'now' ? [first, second] : [second]).toSorted());
    });
    it('that were given back for later do not wake each other before their wait is over', async () => {
      const [first, second] = [await accepted(head('1')), await accepted(head('2'))];
      await store().claim(first, 'w');
      await store().release(first, 'w', 'later');
      await store().claim(second, 'w');
      await clearJobs();
      await store().release(second, 'w', 'later');
      expect(await jobs()).toEqual([]);
    });
    it('wait for nobody whose lease ran out, and that one then cannot renew it', async () => {
      const dead = await accepted(head('1'));
      const next = await accepted(head('2'));
      const short = storeWith({ leaseMs: 30 });
      await short.claim(dead, 'dead');
      expect(await store().claim(next, 'next')).toBeNull();
      await wait(60);
      expect([...(await store().abandoned())].toSorted()).toEqual([dead, next].toSorted());
      expect(await store().claim(next, 'next')).not.toBeNull();
      expect(await store().heartbeat(dead, 'dead')).toBe('lost');
      expect(await store().claim(dead, 'third')).toBeNull();
      await store().finish(next, 'next', 'done', '');
      expect(await store().claim(dead, 'third')).toMatchObject({ tries: 2 });
    });
    it('take turns under many workers that race for them, and every one ends once', async () => {
      const scanIds: string[] = [];
      for (let at = 0; at < 8; at += 1) scanIds.push(await accepted({ number: 7 + (at % 2), ...head(String(at)) }));
      const running = new Map<number, number>();
      let most = 0;
      const ended: string[] = [];
      const patient = storeWith({ leaseMs: 60_000 });
      const work = async (worker: string) => {
        for (let idle = 0; ended.length < 8 && idle < 400; idle += 1) {
          for (const scanId of scanIds) {
            const claimed = await patient.claim(scanId, worker);
            if (claimed === null) {
              // An embedded database keeps the process to itself for as long as it is asked.
              await wait(1);
              continue;
            }
            const now = (running.get(claimed.number) ?? 0) + 1;
            running.set(claimed.number, now);
            most = Math.max(most, now);
            await wait(3);
            await patient.heartbeat(scanId, worker);
            running.set(claimed.number, (running.get(claimed.number) ?? 0) - 1);
            await patient.finish(scanId, worker, 'done', '');
            ended.push(scanId);
          }
        }
      };
      await Promise.all(['w1', 'w2', 'w3', 'w4'].map(work));
      expect(most).toBe(1);
      expect(ended.toSorted()).toEqual(scanIds.toSorted());
    });
  });

  describe('merge groups', () => {
    it('keep the number 0, share one scan of one head, and neither pass nor wait for each other', async () => {
      const one = await accepted(MERGE_GROUP);
      expect(await store().accept(delivery(), asked(MERGE_GROUP))).toEqual({ kind: 'duplicate', scanId: one });
      const two = await accepted({ ...MERGE_GROUP, ...head('c') });
      expect(await store().claim(one, 'w')).toMatchObject({ scanId: one, number: 0 });
      expect(await store().claim(two, 'w')).toMatchObject({ scanId: two, number: 0 });
      await store().pass(request(MERGE_GROUP));
      expect(await store().heartbeat(one, 'w')).toBe('held');
      expect(await store().accept(delivery(), asked(MERGE_GROUP))).toEqual({ kind: 'duplicate', scanId: one });
      await clearJobs();
      await store().finish(one, 'w', 'done', '');
      expect(await jobs()).toEqual([]);
    });
  });

  describe('a scan that no delivery asked for', () => {
    let scanId = '';
    beforeEach(async () => {
      scanId = await store().requestScan(request());
    });
    it('has its job, and passes the others of its pull request', async () => {
      expect(await jobs()).toEqual([scanId]);
      await store().claim(scanId, 'w');
      expect(await store().requestScan(request({ attempt: 2 }))).not.toBe(scanId);
      expect(await store().heartbeat(scanId, 'w')).toBe('passed');
    });
    it('is made once for each attempt', async () => {
      expect(await Promise.all([1, 2, 3].map(() => store().requestScan(request())))).toEqual([scanId, scanId, scanId]);
      expect([await count('scans'), await count('pgboss.job'), await count('webhook_deliveries')]).toEqual([1, 1, 0]);
    });
    it('is not there when its job cannot be enqueued', async () => {
      const broken = storeWith({ enqueueIn: () => Promise.reject(new Error('no queue')) });
      await expect(broken.requestScan(request({ repo: randomUUID() }))).rejects.toThrow('no queue');
      expect(await count('scans')).toBe(1);
    });
  });
}
