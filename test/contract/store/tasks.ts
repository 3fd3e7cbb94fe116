import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Task } from '#model/task.ts';
import type { Asked } from '#ports/store.ts';
import { delivery, request, type StoreUnderTest } from './under-test.ts';

const command: Task = {
  kind: 'command',
  comment: { kind: 'review', id: 9_007_199_254_740_991 },
  inReplyTo: null,
  actor: { login: 'mona', isBot: false },
  body: '/aegis dismiss AB12 \u0000 \ud800 "x" $1',
};
const { attempt: _, headSha: __, baseSha: ___, ...ref } = request();
const asked = (task: Task = command): Asked => ({ kind: 'task', ref, task });

/** What webhooks ask for beside reviews: done by one worker, once, and not for ever. */
export function examineTasks({ store, storeWith, count, rows }: StoreUnderTest): void {
  const jobs = async () => (await rows(`select data ->> 'scanId' as id from pgboss.job`)).map(({ id }) => String(id));
  /** Accepts a task and answers its id. */
  const accepted = async () => {
    expect(await store().accept(delivery(), asked())).toEqual({ kind: 'accepted', scanId: null });
    return ((await jobs())[0] ?? '').replace(/^task:/, '');
  };

  describe('tasks', () => {
    it('are recorded once for a delivery that comes twenty times at once, with one job that names them', async () => {
      const twice = delivery();
      const answers = await Promise.all(Array.from({ length: 20 }, () => store().accept(twice, asked())));
      expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      expect([await count('tasks'), await count('scans'), await count('webhook_deliveries')]).toEqual([1, 0, 1]);
      expect(await jobs()).toEqual([expect.stringMatching(/^task:[0-9a-f-]{36}$/)]);
    });
    it('are rolled back with their delivery when the job cannot be enqueued', async () => {
      const again = delivery();
      const broken = storeWith({ enqueueIn: () => Promise.reject(new Error('no queue')) });
      await expect(broken.accept(again, asked())).rejects.toThrow('no queue');
      expect([await count('tasks'), await count('webhook_deliveries')]).toEqual([0, 0]);
      expect(await store().accept(again, asked())).toMatchObject({ kind: 'accepted' });
    });
    it('go to one of ten parallel claims, as they were asked for', async () => {
      const taskId = await accepted();
      const claims = await Promise.all(Array.from({ length: 10 }, (_each, worker) => store().claimTask(taskId, `w${worker}`)));
      expect(claims.filter((claim) => claim !== null)).toEqual([{ taskId, ref, task: command, tries: 1 }]);
    });
    it('are over once they are finished, and the first word stays', async () => {
      const taskId = await accepted();
      await store().claimTask(taskId, 'w');
      await store().finishTask(taskId, 'thief', { status: 'failed', reason: 'not mine' });
      await store().finishTask(taskId, 'w', { status: 'done', reason: 'dismissed \u0000' });
      await store().finishTask(taskId, 'w', { status: 'failed', reason: 'late' });
      expect(await store().claimTask(taskId, 'w')).toBeNull();
      expect(await store().abandoned()).toEqual([]);
      expect(await rows('select status, reason from tasks')).toEqual([{ status: 'done', reason: 'dismissed \ufffd' }]);
    });
    it('that take long are nobody else’s as long as their lease is renewed by who holds it', async () => {
      const taskId = await accepted();
      const patient = storeWith({ taskLeaseMs: 30 });
      await patient.claimTask(taskId, 'w');
      await store().renewTask(taskId, 'thief');
      await store().renewTask(taskId, 'w');
      await wait(60);
      expect(await store().claimTask(taskId, 'next')).toBeNull();
      expect(await store().abandoned()).toEqual([]);
      await store().finishTask(taskId, 'w', { status: 'done', reason: 'help' });
      await store().renewTask(taskId, 'w');
      expect(await rows('select status, lease_owner from tasks')).toEqual([{ status: 'done', lease_owner: null }]);
    });
    it('of a worker that was killed are taken up by another when the lease ran out', async () => {
      const taskId = await accepted();
      await storeWith({ taskLeaseMs: 30 }).claimTask(taskId, 'killed');
      expect(await store().claimTask(taskId, 'next')).toBeNull();
      await wait(60);
      expect(await store().abandoned()).toEqual([`task:${taskId}`]);
      expect(await store().claimTask(taskId, 'next')).toMatchObject({ tries: 2 });
      await store().finishTask(taskId, 'killed', { status: 'done', reason: 'too late' });
      expect(await rows('select status from tasks')).toEqual([{ status: 'running' }]);
      expect(await store().abandoned()).toEqual([]);
    });
    it('that were given back are free at once, and abandoned only after a wait', async () => {
      const taskId = await accepted();
      expect(await store().abandoned()).toEqual([`task:${taskId}`]);
      await store().claimTask(taskId, 'w');
      await store().releaseTask(taskId, 'w');
      expect(await store().abandoned()).toEqual([]);
      expect(await store().claimTask(taskId, 'w')).toMatchObject({ tries: 2 });
    });
    it.each([
      { name: 'given back', giveUp: true },
      { name: 'dropped by a worker that died', giveUp: false },
    ])('are given up when they were $name five times', async ({ giveUp }) => {
      const taskId = await accepted();
      const short = storeWith({ taskLeaseMs: 0 });
      for (let tries = 1; tries <= 5; tries += 1) {
        expect(await short.claimTask(taskId, 'w')).toMatchObject({ tries });
        if (giveUp) await store().releaseTask(taskId, 'w');
      }
      expect(await store().claimTask(taskId, 'w')).toBeNull();
      expect(await rows('select status, reason from tasks')).toEqual([{ status: 'failed', reason: 'given up after 5 tries' }]);
      expect(await store().abandoned()).toEqual([]);
    });
    it('are freed with the scans when the only process starts anew', async () => {
      const taskId = await accepted();
      await store().claimTask(taskId, 'dead');
      expect(await store().takeOverLeases()).toBe(1);
      expect(await store().abandoned()).toEqual([`task:${taskId}`]);
    });
  });
}
