import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../test/fakes/github/open-pull.ts';
import type { GitHubClient } from './client.ts';
import { createMemoryPace } from './memory-pace.ts';
import { createPatientClient } from './patient-client.ts';
import type { Route } from './routes.ts';
import { createSlidingPace } from './sliding-pace.ts';

const READ = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const COMMENT = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments';
const CHECK = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const refusal = (status: number, headers: Record<string, string> = {}) => ({ status, response: { headers, data: { message: 'no' } } });
const CUT = { status: 500, message: 'other side closed' };

/** A client whose first answers are these faults, and what it was asked; waiting is free, and random is 1. */
function patient(...faults: readonly unknown[]) {
  const clock = virtualClock();
  const log: string[] = [];
  const answers = [...faults];
  const client: GitHubClient = {
    async request(route) {
      log.push(route.split(' ')[0] ?? '');
      const fault = answers.shift();
      if (fault !== undefined) throw fault;
      return { headers: {}, data: {} };
    },
    graphql: () => Promise.reject(new Error('not asked')),
    auth: async () => void log.push('auth'),
  };
  const stop = new AbortController();
  const points = createSlidingPace([{ ms: 60_000, most: 900 }], clock);
  const patience = { pace: createMemoryPace(clock), points, wait: clock.wait, random: () => 1, signal: stop.signal };
  return {
    log,
    clock,
    stop,
    ask: (route: Route, parameters = {}) => createPatientClient(7, async () => client, patience).request(route, parameters),
  };
}

describe('a request', () => {
  it.each([
    { name: 'is asked again after a server fault', faults: [refusal(502)], asked: 2, waited: 500 },
    { name: 'is asked again after a cut connection, each time later', faults: [CUT, CUT, CUT], asked: 4, waited: 3_500 },
    { name: 'is asked again after a conflict', faults: [refusal(409)], asked: 2, waited: 500 },
    { name: 'waits as long as it is told', faults: [refusal(429, { 'retry-after': '17' })], asked: 2, waited: 17_000 },
    { name: 'waits a minute where it is not told, and then longer', faults: [refusal(429), refusal(429)], asked: 3, waited: 180_000 },
  ])('$name', async ({ faults, asked, waited }) => {
    const { ask, log, clock } = patient(...faults);
    await ask(READ);
    expect(log).toHaveLength(asked);
    expect(clock.waited()).toBe(waited);
  });

  it.each([
    { name: 'a fourth server fault', faults: [refusal(500), refusal(500), refusal(500), refusal(500)], code: 'SERVER' },
    { name: 'a limit that is lifted in an hour', faults: [refusal(429, { 'retry-after': '3600' })], code: 'RATE_LIMITED' },
    { name: 'a limit that is met a third time', faults: [refusal(429), refusal(429), refusal(429)], code: 'RATE_LIMITED' },
    { name: 'a refusal', faults: [refusal(403)], code: 'FORBIDDEN' },
    { name: 'a second refusal of its token', faults: [refusal(401), refusal(401)], code: 'UNAUTHORIZED' },
  ])('gives up at $name', async ({ faults, code }) => {
    await expect(patient(...faults).ask(READ)).rejects.toMatchObject({ code: `AEGIS_HOST_${code}` });
  });

  it('has its token exchanged once', async () => {
    const { ask, log } = patient(refusal(401));
    await ask(READ);
    expect(log).toEqual(['GET', 'auth', 'GET']);
  });

  it.each([
    { name: 'a post', route: COMMENT, parameters: {} },
    { name: 'annotations, which are added', route: CHECK, parameters: { output: { annotations: [] } } },
  ] as const)('that may have taken effect is not sent again: $name', async ({ route, parameters }) => {
    for (const fault of [refusal(502), CUT]) {
      const { ask, log } = patient(fault);
      await expect(ask(route, parameters)).rejects.toMatchObject({ retryable: true });
      expect(log).toHaveLength(1);
    }
  });

  it.each([
    { name: 'an edit', route: CHECK, fault: refusal(502) },
    { name: 'a post that was refused for a limit', route: COMMENT, fault: refusal(429) },
    { name: 'a post that was refused for a conflict', route: COMMENT, fault: refusal(409) },
  ] as const)('that did nothing, or does nothing more, is sent again: $name', async ({ route, fault }) => {
    const { ask, log } = patient(fault);
    await ask(route);
    expect(log).toHaveLength(2);
  });

  it('is given up when the process stops', async () => {
    const { ask, stop } = patient(refusal(502));
    stop.abort(new Error('the server is stopping'));
    await expect(ask(READ)).rejects.toThrow('the server is stopping');
  });
});

describe('the pace', () => {
  it.each([
    { name: 'of posts is 80 a minute', route: COMMENT, times: 81, waited: 61_000 },
    { name: 'of posts is 500 an hour', route: COMMENT, times: 501, waited: 3_601_000 },
    { name: 'of other writes is 180 a minute, at five points each', route: CHECK, times: 181, waited: 60_000 },
    { name: 'of reading is 900 a minute', route: READ, times: 901, waited: 60_000 },
    { name: 'of a few requests is theirs', route: COMMENT, times: 80, waited: 0 },
  ] as const)('$name', async ({ route, times, waited }) => {
    const { ask, clock } = patient();
    for (let count = 0; count < times; count += 1) await ask(route);
    expect(clock.waited()).toBe(waited);
  });

  it('is kept for each installation', async () => {
    const clock = virtualClock();
    const pace = createMemoryPace(clock);
    for (let count = 0; count < 80; count += 1) for (const installation of [1, 2]) await pace.take(installation);
    expect(clock.waited()).toBe(0);
    await pace.take(2);
    expect(clock.waited()).toBe(61_000);
  });

  it('ends with its signal', async () => {
    await expect(createMemoryPace(virtualClock()).take(1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
