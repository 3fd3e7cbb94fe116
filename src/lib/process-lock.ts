import { mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { processStart } from './process-identity.ts';

/** Who has a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly startedAt: string | null;
  readonly host: string;
}

export interface ProcessLock {
  release(): Promise<void>;
}

/** How often the holder touches the lock. */
const BEAT_MS = 1_000;
/** How long an observer on another host waits for that: longer than a busy process can be held up. */
const SILENCE_MS = 15_000;
/** Taking a dead lock away takes milliseconds; a marker older than this was left by a crash. */
const TAKEOVER_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Makes this process the only holder of the lock `file`, or answers who holds it. The lock of a process that is dead is
 * taken over. On the same host a process is known by its id and start time. Another host (a container that shares the
 * volume) is known by the file's time, which its holder renews; finding out takes up to `silenceMs`.
 */
export async function takeLock(file: string, silenceMs = SILENCE_MS): Promise<ProcessLock | { readonly heldBy: LockHolder }> {
  const own = JSON.stringify({ pid: process.pid, startedAt: await processStart(process.pid), host: hostname() } satisfies LockHolder);
  while (!(await create(file, own))) {
    const found = await readSettled(file);
    const holder = parseHolder(found);
    if (holder !== null && (await isAlive(holder, file, silenceMs))) return { heldBy: holder };
    if (found !== null) await takeAway(file, found);
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), BEAT_MS);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      if ((await readText(file)) === own) await rm(file, { force: true });
    },
  };
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** The lock's text; a creator may have opened the file and not yet written it, so an empty one is read again. */
async function readSettled(file: string): Promise<string | null> {
  for (let tries = 0; tries < 20; tries += 1) {
    const text = await readText(file);
    if (text === null || parseHolder(text) !== null) return text;
    await wait(PAUSE_MS);
  }
  return readText(file);
}

async function isAlive(holder: LockHolder, file: string, silenceMs: number): Promise<boolean> {
  if (holder.host === hostname()) {
    const start = await processStart(holder.pid);
    return start !== null && start === holder.startedAt;
  }
  const seen = await touched(file);
  for (let waited = 0; waited < silenceMs; waited += BEAT_MS) {
    await wait(BEAT_MS);
    if ((await touched(file)) !== seen) return true;
  }
  return false;
}

/**
 * Removes a dead lock. Of several processes that saw it dead, one at a time may act, and only on the text it saw:
 * otherwise the slower would remove the lock that the faster has just made.
 */
async function takeAway(file: string, seen: string): Promise<void> {
  const marker = `${file}.takeover`;
  try {
    await mkdir(marker);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const since = await touched(marker);
    if (since !== null && Date.now() - since > TAKEOVER_MS) await rmdir(marker).catch(() => {});
    await wait(PAUSE_MS);
    return;
  }
  try {
    if ((await readText(file)) === seen) await rm(file, { force: true });
  } finally {
    await rmdir(marker);
  }
}

function parseHolder(text: string | null): LockHolder | null {
  try {
    const { pid, startedAt, host } = JSON.parse(text ?? '') as Partial<LockHolder>;
    return Number.isInteger(pid) && typeof host === 'string' ? { pid: Number(pid), startedAt: startedAt ?? null, host } : null;
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

async function touched(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
