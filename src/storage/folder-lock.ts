import { hostname } from 'node:os';
import { type LockHolder, type ProcessLock, takeLock } from '#lib/process-lock.ts';
import { UnavailableError } from '#model/errors.ts';

/**
 * Makes this process the only user of `folder`, by the file `<folder>.lock`. The lock of a process that is dead is
 * taken over; a live one is an `UnavailableError` that names it.
 */
export async function lockFolder(folder: string, silenceMs?: number): Promise<ProcessLock> {
  const lock = await takeLock(`${folder}.lock`, silenceMs);
  if ('heldBy' in lock) throw inUse(folder, lock.heldBy);
  return lock;
}

function inUse(folder: string, { pid, host }: LockHolder): UnavailableError {
  const where = host === hostname() ? `pid ${pid}` : `pid ${pid} on ${host}`;
  return new UnavailableError(`another aegis (${where}) uses ${folder}`, {
    hint: 'Stop it, or set DATABASE_URL to a PostgreSQL database that both can share.',
  });
}
