import type { PublicationLog } from '#ports/code-host.ts';
import { isFault } from './host-error.ts';
import type { Wait } from './sliding-pace.ts';

/** What posting for one scan needs beside a client. */
export interface Outbox {
  readonly log: PublicationLog;
  readonly scanId: string;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

/** One post: `post` makes it and answers the host's id; `look` finds it where it is there already, else answers null. */
export interface Post {
  look(): Promise<string | null>;
  post(): Promise<string>;
}

/** GitHub's lists may lag behind what was posted: the pauses before each look. */
const LOOKS_MS = [0, 2_000, 5_000];

/** Attempts of one call, and the pause before the second; each further pause is twice as long. */
const MOST_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1_000;

/**
 * Posts once, whatever happens: the intent is recorded before, the end after. Where an earlier attempt broke off between
 * the two, or GitHub's answer was lost, the post is looked for before it is made. Answers its id. Throws `HostError`.
 */
export async function postOnce(outbox: Outbox, key: string, { look, post }: Post): Promise<string> {
  const { log, scanId, wait, signal } = outbox;
  const recorded = await log.find(scanId, key);
  if (recorded !== null) return recorded;
  let mayBeThere = (await log.begin(scanId, key)) === 'again';
  for (let attempt = 1; ; attempt += 1) {
    const found = mayBeThere ? await lookPatiently(outbox, look) : null;
    try {
      const id = found ?? (await post());
      await log.record(scanId, key, id);
      return id;
    } catch (error) {
      // Of these two alone nobody knows whether it was posted.
      if (!isFault(error, 'server', 'unreachable') || attempt === MOST_ATTEMPTS) throw error;
      mayBeThere = true;
      await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
}

async function lookPatiently({ wait, signal }: Outbox, look: Post['look']): Promise<string | null> {
  for (const pause of LOOKS_MS) {
    if (pause > 0) await wait(pause, signal);
    const found = await look();
    if (found !== null) return found;
  }
  return null;
}
