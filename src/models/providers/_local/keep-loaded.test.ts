import { describe, expect, it } from 'vitest';
import { keepLoaded } from './keep-loaded.ts';

function parts(idleMs = 60_000) {
  const log: string[] = [];
  let fails = 0;
  const lost = new Set<number>();
  const kept = keepLoaded<number>({
    load: async () => {
      log.push('load');
      if (fails-- > 0) throw new Error('no such file');
      return log.length;
    },
    free: async () => void log.push('free'),
    isLost: (loaded) => lost.has(loaded),
    idleMs,
  });
  const failOnce = () => {
    fails = 1;
  };
  return { kept, log, failOnce, lost };
}

describe('keepLoaded', () => {
  it('loads once for uses that come together', async () => {
    const { kept, log } = parts();
    expect(kept.current).toBeNull();
    await Promise.all([kept.use(async () => 1), kept.use(async () => 2)]);
    await kept.use(async () => 3);
    expect(log).toEqual(['load']);
    expect(kept.current).not.toBeNull();
    await kept.unload();
  });

  it('frees what nobody used for a while, and loads it again', async () => {
    const { kept, log } = parts(5);
    await kept.use(async () => undefined);
    await expect.poll(() => log).toEqual(['load', 'free']);
    await kept.use(async () => undefined);
    expect(log.slice(0, 3)).toEqual(['load', 'free', 'load']);
  });

  it('is not freed while it is used', async () => {
    const { kept, log } = parts(5);
    let finish: () => void = () => undefined;
    const using = kept.use(() => new Promise<void>((resolve) => (finish = resolve)));
    await expect.poll(() => kept.current).not.toBeNull();
    const unloading = kept.unload();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log).toEqual(['load']);
    finish();
    await Promise.all([using, unloading]);
    expect(log).toEqual(['load', 'free']);
    expect(kept.current).toBeNull();
  });

  it('tries a load that failed anew', async () => {
    const { kept, log, failOnce } = parts();
    failOnce();
    await expect(kept.use(async () => 1)).rejects.toThrow('no such file');
    expect(await kept.use(async () => 1)).toBe(1);
    expect(log).toEqual(['load', 'load']);
    await kept.unload();
  });

  it('loads anew what was lost', async () => {
    const { kept, log, lost } = parts();
    lost.add(await kept.use(async (loaded) => loaded));
    expect(kept.current).toBeNull();
    expect(await kept.use(async (loaded) => loaded)).toBe(2);
    expect(log).toEqual(['load', 'load']);
    await kept.unload();
  });

  it('has nothing to free before it was loaded', async () => {
    const { kept, log } = parts();
    await kept.unload();
    expect(log).toEqual([]);
  });
});
