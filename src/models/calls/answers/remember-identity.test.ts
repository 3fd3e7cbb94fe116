import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConnectedModel } from '#ports/provider.ts';
import { never } from '../../../../test/fakes/provider-env.ts';
import { rememberIdentity } from './remember-identity.ts';

const model = (identity?: (signal: AbortSignal) => Promise<string | null>): ConnectedModel => ({
  call: () => Promise.reject(new Error('not called')),
  health: async () => ({ available: true, detail: '' }),
  ...(identity === undefined ? {} : { identity }),
});

afterEach(() => void vi.useRealTimers());

describe('what is behind a model', () => {
  it.each([
    { name: 'a digest', identity: async () => 'sha256:1', told: 'sha256:1' },
    { name: 'nothing, where the entry says it all', identity: undefined, told: undefined },
    { name: 'not to be known', identity: async () => null, told: null },
    { name: 'not known, where asking fails', identity: () => Promise.reject(new Error('down')), told: null },
  ])('is $name', async ({ identity, told }) => {
    expect(await rememberIdentity(model(identity))(never())).toBe(told);
  });

  it('is asked once, however many need it', async () => {
    const identity = vi.fn(async () => 'sha256:1');
    const identify = rememberIdentity(model(identity));
    await Promise.all([identify(never()), identify(never())]);
    await identify(never());
    expect(identity).toHaveBeenCalledTimes(1);
  });

  it('is not known where nobody says within five seconds, and is then not asked again', async () => {
    vi.useFakeTimers();
    const identity = vi.fn(() => new Promise<string>(() => {}));
    const identify = rememberIdentity(model(identity));
    const asking = identify(never());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await asking).toBeNull();
    expect(await identify(never())).toBeNull();
    expect(identity).toHaveBeenCalledTimes(1);
  });

  it('is asked again when who asked first was cancelled, whose request ends with it', async () => {
    const signals: AbortSignal[] = [];
    const identity = vi.fn((signal: AbortSignal) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise<string>(() => {}) : Promise.resolve('sha256:2');
    });
    const identify = rememberIdentity(model(identity));
    const stop = new AbortController();
    const [first, second] = [identify(stop.signal), identify(never())];
    stop.abort();
    expect(await first).toBeNull();
    expect(signals[0]?.aborted).toBe(true);
    expect(await second).toBe('sha256:2');
  });
});
