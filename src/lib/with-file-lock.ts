import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UnavailableError } from '#model/errors.ts';
import { makeFolder } from './make-folder.ts';
import { takeLock } from './process-lock.ts';

/** An edit takes milliseconds. Who waits longer than this waits for something that hangs. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 10;
const PAUSE_MAX_MS = 100;

/**
 * Does `work` while no other process, and nobody else in this one, does any under the lock of `file` (`<file>.lock`).
 * Waits for its turn; throws `UnavailableError` when that does not come. Makes the folder where there is none.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  await makeFolder(dirname(file));
  const since = Date.now();
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, PAUSE_MAX_MS)) {
    const lock = await takeLock(`${file}.lock`);
    if (!('heldBy' in lock)) {
      try {
        return await work();
      } finally {
        await lock.release();
      }
    }
    if (Date.now() - since > patienceMs) {
      throw new UnavailableError(`${file} is in use by another process (pid ${lock.heldBy.pid}) and does not become free`, {
        hint: 'Stop that process, or try again.',
        retryable: true,
      });
    }
    // Those who wait do not ask all at once.
    await wait(pause * (0.5 + Math.random()));
  }
}
