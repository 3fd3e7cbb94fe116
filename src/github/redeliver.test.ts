import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDelivery } from '../../test/fakes/github/deliveries.ts';
import { connectOctokit } from '../../test/fakes/github/octokit.ts';
import { type FakeGitHub, startFakeGitHub } from '../../test/fakes/github.ts';
import { startRedelivery } from './redeliver.ts';

const LIST = 'GET /app/hook/deliveries';
const ATTEMPT = 'POST /app/hook/deliveries/{delivery_id}/attempts';
const DAY_MS = 24 * 3_600_000;

let fake: FakeGitHub;
beforeEach(async () => {
  fake = await startFakeGitHub();
});
afterEach(async () => {
  expect(fake.violations).toEqual([]);
  await fake.close();
});

/** Runs one round at the start and one more for each call of `again`. */
function redeliver() {
  const logged: string[] = [];
  let next = () => {};
  const { appClient } = connectOctokit(fake);
  const started = startRedelivery({
    appClient,
    log: (level, message) => void logged.push(`${level} ${message}`),
    now: Date.now,
    every: (ms, run) => {
      expect(ms).toBe(3_600_000);
      next = run;
      return () => {
        next = () => {};
      };
    },
  });
  return { logged, again: () => next(), stop: started.stop };
}

const asked = (count: number) => expect.poll(() => fake.state.redelivered.length, { interval: 5, timeout: 5_000 }).toBe(count);
const listed = (count: number) => expect.poll(() => fake.count(LIST), { interval: 5, timeout: 5_000 }).toBe(count);
/** A round that is under way is not begun again, so it may take a few calls. */
const againUntil = (again: () => void, isSo: () => boolean) =>
  expect
    .poll(
      () => {
        again();
        return isSo();
      },
      { interval: 20, timeout: 5_000 },
    )
    .toBe(true);
const add = (guid: string, status: number, agoMs = 0) => addDelivery(fake.state.deliveries, guid, status, agoMs);

describe('redelivery', () => {
  it('asks for what never arrived, the oldest first, and for nothing else', async () => {
    add('too-old', 502, 3 * DAY_MS + 60_000);
    add('arrived-before', 200, 2 * DAY_MS);
    add('older', 502, DAY_MS);
    add('arrived-later', 500, DAY_MS);
    add('arrived-later', 200, DAY_MS / 2);
    add('newer', 504, 60_000);
    add('arrived-before', 503);
    const { logged, stop } = redeliver();
    await asked(2);
    await stop();
    expect(fake.state.redelivered).toEqual(['older', 'newer']);
    expect(logged).toEqual(['info 2 of 2 webhooks that did not arrive are asked for again']);
  });

  it('asks by the whole id, which is larger than a number can hold, and for one attempt of a webhook', async () => {
    add('again-and-again', 502, 3_000);
    const { id } = add('again-and-again', 502, 2_000);
    const { stop } = redeliver();
    await asked(1);
    await stop();
    expect(Number.isSafeInteger(Number(id))).toBe(false);
    expect(fake.requests.at(-1)?.path).toBe(`/app/hook/deliveries/${id}/attempts`);
  });

  it('follows the pages, asks for a hundred at most in a round, and for the others in the next', async () => {
    for (let at = 0; at < 120; at += 1) add(`lost-${at}`, 502, 120_000 - at);
    for (let at = 0; at < 130; at += 1) add(`fine-${at}`, 200, 100 - at);
    const { again, stop } = redeliver();
    await asked(100);
    expect(fake.count(LIST)).toBe(3);
    expect(fake.state.redelivered[0]).toBe('lost-0');
    await againUntil(again, () => fake.count(LIST) === 6);
    await stop();
    expect(new Set(fake.state.redelivered.slice(0, 100)).size).toBe(100);
  });

  it('stops at the page on which the deliveries are too old', async () => {
    for (let at = 0; at < 250; at += 1) add(`old-${at}`, 502, 4 * DAY_MS);
    add('new', 502);
    const { stop } = redeliver();
    await asked(1);
    await stop();
    expect(fake.count(LIST)).toBe(1);
  });

  it('gives up on what failed three times', async () => {
    add('lost', 502, 60_000);
    const { again, stop } = redeliver();
    for (let round = 1; round <= 5; round += 1) {
      await listed(round);
      await againUntil(again, () => fake.count(LIST) > round);
    }
    await stop();
    expect(fake.count(ATTEMPT)).toBe(3);
  });

  it.each([
    { name: 'the list cannot be had', fault: { route: LIST, status: 503 }, words: /GitHub answered 503/ },
    { name: 'GitHub is out of reach', fault: { route: LIST, drop: 'before' as const }, words: /could not be reached/ },
    { name: 'an attempt is refused', fault: { route: ATTEMPT, status: 422, message: 'no' }, words: /422/ },
  ])('says in one line that $name, and goes on in the next round', async ({ fault, words }) => {
    add('lost', 502, 60_000);
    fake.fail(fault);
    const { logged, again, stop } = redeliver();
    await expect.poll(() => logged.length, { interval: 5 }).toBe(1);
    expect(logged[0]).toMatch(/^warn a webhook that did not arrive could not be asked for again: /);
    expect(logged[0]).toMatch(words);
    await againUntil(again, () => fake.state.redelivered.length > 0);
    expect(fake.state.redelivered).toEqual(['lost']);
    await stop();
  });

  it('asks for the others when one is refused, and for none when GitHub is down', async () => {
    for (const guid of ['one', 'two', 'three']) add(guid, 502, 60_000);
    fake.fail({ route: ATTEMPT, status: 404, message: 'Not Found' });
    const { again, stop } = redeliver();
    await asked(2);
    fake.fail({ route: ATTEMPT, status: 503 });
    await againUntil(again, () => fake.count(ATTEMPT) === 4);
    await stop();
    expect(fake.state.redelivered).toEqual(['two', 'three']);
  });

  it('asks nothing more once it is stopped', async () => {
    for (let at = 0; at < 20; at += 1) add(`lost-${at}`, 502, 60_000);
    const { again, stop } = redeliver();
    await stop();
    again();
    expect(fake.count(ATTEMPT)).toBe(0);
  });
});
