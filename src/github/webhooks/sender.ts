import { z } from 'zod';
import type { Actor } from '#model/task.ts';

/** Who did it. */
export const senderSchema = z.object({ login: z.string(), type: z.string().nullish() });

/**
 * Every App speaks as an account of the type `Bot`, Aegis among them. A bot is never answered, or two of them would talk
 * for ever. The brackets of `name[bot]`, which no person can have in a name, tell where a server leaves the type out.
 */
export function actorOf({ login, type }: z.infer<typeof senderSchema>): Actor {
  return { login, isBot: type === 'Bot' || login.endsWith('[bot]') };
}
