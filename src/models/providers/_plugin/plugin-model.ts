import { z } from 'zod';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ConnectedModel, ModelRequest, ProviderEnv, Reply } from '#ports/provider.ts';

/** What a plug-in may answer: a whole reply, the text of one, or findings in the form of the answer schema. */
export type PluginAnswer = Reply | string | { readonly findings: readonly unknown[] };

/** The small form of a plug-in: an object with a `call`. */
export interface PluginModel {
  /**
   * Answers one request. `signal` ends when nobody waits any more; `heard` takes parts of the text as they come, where
   * somebody listens. What it throws is told as a failure of the plug-in.
   */
  call(request: ModelRequest, signal: AbortSignal, heard?: (text: string) => void): Promise<PluginAnswer> | PluginAnswer;
}

/** The full form: a `connect` as that of a provider, for a plug-in that needs its settings and keys. */
export interface PluginConnector {
  connect(entry: ModelEntry, env: ProviderEnv): ConnectedModel | Promise<ConnectedModel>;
}

const replySchema = z.object({
  text: z.string(),
  finish: z.enum(['complete', 'length', 'refused']).default('complete'),
  reason: z
    .string()
    .max(1_000)
    .nullish()
    .transform((reason) => reason ?? null),
  tokensIn: z
    .number()
    .int()
    .nonnegative()
    .nullish()
    .transform((count) => count ?? null),
  tokensOut: z
    .number()
    .int()
    .nonnegative()
    .nullish()
    .transform((count) => count ?? null),
});

/** A reply of what a plug-in answered; null for what is none of the forms. */
export function readAnswer(answer: unknown): Reply | null {
  if (typeof answer === 'string') return { text: answer, finish: 'complete', reason: null, tokensIn: null, tokensOut: null };
  const reply = replySchema.safeParse(answer).data;
  if (reply !== undefined) return { ...reply, reason: reply.reason ?? (reply.finish === 'complete' ? null : 'the plug-in gave no reason') };
  const read = z.looseObject({ findings: z.array(z.unknown()) }).safeParse(answer).data;
  if (read === undefined) return null;
  try {
    return { text: JSON.stringify(read), finish: 'complete', reason: null, tokensIn: null, tokensOut: null };
  } catch {
    return null; // a circle, or a number that JSON has not
  }
}

export function isPluginModel(value: unknown): value is PluginModel {
  return has(value, 'call');
}

export function isPluginConnector(value: unknown): value is PluginConnector {
  return has(value, 'connect');
}

function has(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && name in value && typeof (value as Record<string, unknown>)[name] === 'function';
}
