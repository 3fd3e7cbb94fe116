import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../test/fakes/github/open-pull.ts';
import { createMemoryLog } from '../../test/fakes/publication-log.ts';
import { HostError } from './host-error.ts';
import { postOnce } from './outbox.ts';

const LOST = new HostError('unreachable', 'the answer was lost');

/** A place to post to whose list shows a post so many looks late; `faults` are met by the first posts, after they took effect. */
function place({ lag = 0, faults = [] as readonly HostError[], takesEffect = true } = {}) {
  const clock = virtualClock();
  const log = createMemoryLog();
  const outbox = { log, scanId: 'scan', wait: clock.wait, signal: new AbortController().signal };
  const seen = { posts: 0, looks: 0, hidden: lag };
  const left = [...faults];
  const post = {
    async look() {
      seen.looks += 1;
      if (seen.posts === 0) return null;
      seen.hidden -= 1;
      return seen.hidden >= 0 ? null : '7';
    },
    async post() {
      const fault = left.shift();
      if (fault === undefined || takesEffect) seen.posts += 1;
      if (fault !== undefined) throw fault;
      return '7';
    },
  };
  return { clock, log, seen, run: () => postOnce(outbox, 'summary', post) };
}

describe('a post', () => {
  it('that nobody began is made without a look', async () => {
    const { run, seen } = place();
    expect(await run()).toBe('7');
    expect(seen).toMatchObject({ posts: 1, looks: 0 });
  });

  it('on record is made no second time', async () => {
    const { run, seen } = place();
    await run();
    expect(await run()).toBe('7');
    expect(seen).toMatchObject({ posts: 1, looks: 0 });
  });

  it.each([0, 1, 2])('that was made before a kill is found, also where the list is %i looks late', async (lag) => {
    const { run, log, seen } = place({ lag });
    log.breakAt('summary');
    await expect(run()).rejects.toThrow('killed');
    expect(await run()).toBe('7');
    expect(seen.posts).toBe(1);
    expect(log.entries.get('scan summary')).toBe('7');
  });

  it('that was only announced before a kill is made, after it was looked for three times', async () => {
    const { run, log, seen, clock } = place();
    log.breakBefore('summary');
    await expect(run()).rejects.toThrow('killed');
    expect(await run()).toBe('7');
    expect(seen).toMatchObject({ posts: 1, looks: 3 });
    expect(clock.waited()).toBe(7_000);
  });

  it('whose answer was lost is found', async () => {
    const { run, seen } = place({ faults: [LOST], lag: 1 });
    expect(await run()).toBe('7');
    expect(seen.posts).toBe(1);
  });

  it('that was lost on the way is made again, four times at most', async () => {
    const once = place({ faults: [LOST], takesEffect: false });
    expect(await once.run()).toBe('7');
    const never = place({ faults: Array.from({ length: 9 }, () => LOST), takesEffect: false });
    await expect(never.run()).rejects.toBe(LOST);
    expect(never.seen.looks).toBe(9);
  });

  it('that is refused is not tried again', async () => {
    const refused = new HostError('forbidden', 'no');
    const { run, seen } = place({ faults: [refused], takesEffect: false });
    await expect(run()).rejects.toBe(refused);
    expect(seen.looks).toBe(0);
  });
});
