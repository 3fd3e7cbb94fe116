import { describe, expect, it } from 'vitest';
import { collectBatches } from './collect-batches.ts';

const never = new AbortController().signal;

/** A device that notes its batches and answers in upper case, when it is let. */
function device(largest: number) {
  const batches: string[][] = [];
  let release: () => void = () => undefined;
  let gate: Promise<void> = Promise.resolve();
  const submit = collectBatches<string, string>({
    largest,
    sizeOf: (item) => item.length,
    run: async (items) => {
      batches.push([...items]);
      await gate;
      if (items.includes('bad')) throw new Error('cannot');
      return items.map((item) => item.toUpperCase());
    },
  });
  const hold = () => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { submit, batches, hold, release: () => release() };
}

describe('collectBatches', () => {
  it('puts the items of calls that come together through one pass, and gives each call its own', async () => {
    const { submit, batches } = device(8);
    expect(await Promise.all([submit(['a', 'b'], never), submit(['c'], never), submit([], never)])).toEqual([['A', 'B'], ['C'], []]);
    expect(batches).toEqual([['a', 'b', 'c']]);
  });

  it('never exceeds the largest batch', async () => {
    const { submit, batches } = device(2);
    expect(await submit(['a', 'b', 'c', 'd', 'e'], never)).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
  });

  it('batches items of like length, and the first that waits always', async () => {
    const { submit, batches } = device(2);
    await submit(['aaaa', 'b', 'cccc', 'd'], never);
    expect(batches).toEqual([
      ['aaaa', 'cccc'],
      ['b', 'd'],
    ]);
  });

  it('collects while the device is busy', async () => {
    const { submit, batches, hold, release } = device(8);
    hold();
    const first = submit(['a'], never);
    await expect.poll(() => batches.length).toBe(1);
    const others = [submit(['b'], never), submit(['c'], never)];
    release();
    await Promise.all([first, ...others]);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it('does not compute what was stopped before its turn', async () => {
    const { submit, batches, hold, release } = device(8);
    hold();
    const first = submit(['a'], never);
    await expect.poll(() => batches.length).toBe(1);
    const stop = new AbortController();
    const second = submit(['b'], stop.signal).catch((error: unknown) => error);
    stop.abort(new Error('stopped'));
    release();
    expect(await first).toEqual(['A']);
    expect(await second).toMatchObject({ message: 'stopped' });
    expect(batches).toEqual([['a']]);
  });

  it('goes on after a pass that failed', async () => {
    const { submit } = device(1);
    const failed = submit(['bad'], never).catch((error: unknown) => error);
    expect(await submit(['a'], never)).toEqual(['A']);
    expect(await failed).toMatchObject({ message: 'cannot' });
  });
});
