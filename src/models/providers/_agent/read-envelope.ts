import { z } from 'zod';
import type { Reply } from '#ports/provider.ts';

/** What agents put around an answer. Claude Code's and Gemini's names, which others copy; everything may be missing. */
const count = z.number().nonnegative().nullish().catch(null);
const envelopeSchema = z.looseObject({
  result: z.string().nullish().catch(null),
  response: z.string().nullish().catch(null),
  is_error: z.boolean().nullish().catch(null),
  subtype: z.string().nullish().catch(null),
  stop_reason: z.string().nullish().catch(null),
  usage: z
    .looseObject({
      input_tokens: count,
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
      output_tokens: count,
    })
    .nullish()
    .catch(null),
  stats: z
    .looseObject({ models: z.record(z.string(), z.looseObject({ tokens: z.looseObject({ prompt: count, candidates: count }) })) })
    .nullish()
    .catch(null),
});
type Envelope = z.infer<typeof envelopeSchema>;

/** What an agent printed: a reply, or words of a failure of its own. */
export type AgentOutput = { readonly kind: 'reply'; readonly reply: Reply } | { readonly kind: 'failed'; readonly said: string };

/**
 * Reads what an agent printed: text, or JSON with the answer in it (the last line that is JSON, where it prints one for
 * each step). `answerAt`: the JSON pointer of the answer; without it the members that agents use are tried, and what
 * has none of them is the answer itself. Null where the pointer leads nowhere.
 */
export function readEnvelope(text: string, answerAt: string | null): AgentOutput | null {
  const value = findJson(text);
  const envelope = value === null ? null : (envelopeSchema.safeParse(value).data ?? null);
  if (envelope === null) return answerAt === null ? { kind: 'reply', reply: wordReply(text, null) } : null;
  const answer = answerAt === null ? (envelope.result ?? envelope.response ?? null) : follow(value, answerAt);
  // An error of Claude Code has `is_error` and a subtype; one of Gemini is an object beside the answer.
  if (envelope.is_error === true || (answer === null && isFault(envelope))) return { kind: 'failed', said: wordsOf(envelope, answer) };
  if (answer === null) return answerAt === null ? { kind: 'reply', reply: wordReply(text, envelope) } : null;
  return { kind: 'reply', reply: wordReply(typeof answer === 'string' ? answer : JSON.stringify(answer), envelope) };
}

function wordReply(text: string, envelope: Envelope | null): Reply {
  const [finish, reason] = finishOf(envelope?.stop_reason ?? '');
  const { usage = null, stats = null } = envelope ?? {};
  const models = Object.values(stats?.models ?? {}).map(({ tokens }) => tokens);
  return {
    ...{ text, finish, reason },
    tokensIn: usage === null ? sum(models.map(({ prompt }) => prompt)) : sum(inputs(usage)),
    tokensOut: usage === null ? sum(models.map(({ candidates }) => candidates)) : (usage.output_tokens ?? null),
  };
}

function inputs(usage: NonNullable<Envelope['usage']>) {
  return [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
}

function sum(counts: readonly (number | null | undefined)[]): number | null {
  const known = counts.filter((one) => one != null);
  return known.length === 0 ? null : known.reduce((total, one) => total + one, 0);
}

function finishOf(stop: string): readonly [Reply['finish'], string | null] {
  if (stop === 'refusal') return ['refused', 'the agent’s model declined'];
  if (stop === 'max_tokens') return ['length', 'the answer was cut by its token limit'];
  return ['complete', null];
}

function isFault(envelope: Envelope): boolean {
  return envelope['error'] != null || (envelope.subtype?.startsWith('error') ?? false);
}

function wordsOf(envelope: Envelope, answer: unknown): string {
  const error = z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]).safeParse(envelope['error']);
  return typeof answer === 'string' && answer !== '' ? answer : (error.data ?? envelope.subtype ?? '');
}

/** The whole text, or its last line that is an object. Null where neither is JSON. */
function findJson(text: string): unknown {
  const lines = text.split('\n').filter((line) => line.trimStart().startsWith('{'));
  for (const candidate of [text, ...lines.slice(-20).reverse()]) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    } catch {
      // Not this one.
    }
  }
  return null;
}

/** https://www.rfc-editor.org/rfc/rfc6901; null where it leads nowhere. */
function follow(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return at ?? null;
}
