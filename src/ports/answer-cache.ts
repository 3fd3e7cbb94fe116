import { z } from 'zod';
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

/** What a cache checks before it gives out what it read: a file or a row may be damaged, or of another version. */
export const cachedReplySchema: z.ZodType<Reply> = z.strictObject({
  text: z.string(),
  finish: z.enum(['complete', 'length', 'refused']),
  reason: z.string().nullable(),
  tokensIn: z.number().nullable(),
  tokensOut: z.number().nullable(),
});
