import type { z } from 'zod';

/** JSON of a known form; null where it is not. Some tools print a line before it. */
export function readJson<T>(text: string, schema: z.ZodType<T>): T | null {
  const start = text.search(/[[{]/);
  if (start < 0) return null;
  try {
    return schema.safeParse(JSON.parse(text.slice(start))).data ?? null;
  } catch {
    return null;
  }
}
