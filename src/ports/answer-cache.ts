import type { Reply } from './provider.ts';

/**
 * Answers that were given before, by a key that covers everything that decides them. Bounded in size: what was used
 * longest ago goes first. Loses silently: a fault of the cache costs a call, never a scan.
 */
export interface AnswerCache {
  /** `key` is a SHA-256 in hexadecimal. */
  get(key: string): Promise<Reply | null>;
  set(key: string, reply: Reply): Promise<void>;
}
