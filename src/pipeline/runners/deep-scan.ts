import type { Outcome, Usage } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import type { AnswerReader } from '#ports/parser.ts';
import type { Reply } from '#ports/provider.ts';
import type { Asked, Runner } from '#ports/runner.ts';
import { answerSchemaFor } from '../prompts/deep-scan-schema.ts';
import { writeDeepScan } from '../prompts/write-deep-scan.ts';
import { readsAsRefusal } from './_reply/refusal.ts';

/** Room for an answer where `settings.max_tokens` does not say: a dozen findings with their words. */
const DEFAULT_MAX_TOKENS = 2_048;

/** Shows a model a chunk and asks for the weaknesses that it introduces. */
export const deepScan: Runner = {
  role: 'deep_scan',
  summary: 'Reads a chunk closely and reports its weaknesses.',
  request: (seat, { chunk }, { reads, fenceSecret }) => ({
    role: seat.role,
    chunk,
    messages: reads === 'prompt' ? writeDeepScan(chunk, fenceSecret) : [],
    schema: reads === 'prompt' ? answerSchemaFor(chunk.files.length) : null,
    maxTokens: maxTokensOf(seat),
  }),
  async run(seat, task, { model, signal, heard }) {
    const prompted = model.reads === 'prompt';
    const asked = await model.ask(this.request(seat, task, model), signal, heard ?? undefined);
    if (asked.kind === 'failed') return readFailure(asked);
    const outcome = readReply(asked.reply, model.reader, usageOf(asked), prompted);
    // An answer that is no full opinion must not be given again for ever: the next scan asks anew.
    if (outcome.kind !== 'answered') await asked.forget?.();
    return outcome;
  },
};

function usageOf({ reply, costUsd, latencyMs, cached }: Extract<Asked, { kind: 'replied' }>): Usage {
  if (cached) return { tokensIn: 0, tokensOut: 0, costUsd: 0, latencyMs, cached };
  return { tokensIn: reply.tokensIn, tokensOut: reply.tokensOut, costUsd, latencyMs, cached };
}

/** Faults before any model was at work: nobody charges for them. */
const BEFORE_THE_MODEL = new Set(
  ['UNREACHABLE', 'BREAKER_OPEN', 'UNAUTHORIZED', 'NOT_FOUND', 'RATE_LIMITED', 'TOO_LARGE', 'BAD_REQUEST'].map(
    (fault) => `AEGIS_PROVIDER_${fault}`,
  ),
);

function readFailure({ reason, code, latencyMs, costUsd = null }: Extract<Asked, { kind: 'failed' }>): Outcome {
  const spent = BEFORE_THE_MODEL.has(code) ? 0 : costUsd;
  return { kind: 'failed', reason, code, usage: { tokensIn: null, tokensOut: null, costUsd: spent, latencyMs, cached: false } };
}

function maxTokensOf(seat: Seat): number {
  const stated = seat.model.settings['max_tokens'];
  return typeof stated === 'number' && Number.isInteger(stated) && stated > 0 ? stated : DEFAULT_MAX_TOKENS;
}

/**
 * Only a complete reply that could be read in full is an `answered` one. A language model that says nothing failed; a
 * tool may print nothing where it finds nothing, if its parser was told so.
 */
function readReply(reply: Reply, reader: AnswerReader, usage: Usage, prompted: boolean): Outcome {
  if (reply.finish === 'refused') return { kind: 'refused', reason: reply.reason ?? 'the model declined to answer', usage };
  const parsed = reader.read(reply.text);
  if (reply.text.trim() === '' && reply.finish === 'complete' && (prompted || parsed.kind === 'unreadable')) {
    return { kind: 'failed', reason: 'the model answered with nothing', code: 'AEGIS_EMPTY_ANSWER', usage };
  }
  const claims = parsed.kind === 'parsed' ? parsed.claims : [];
  if (reply.finish === 'length') {
    return { kind: 'truncated', claims, reason: reply.reason ?? 'the answer was cut at the token limit', usage };
  }
  if (parsed.kind === 'unreadable') {
    return readsAsRefusal(reply.text)
      ? { kind: 'refused', reason: 'the model declined in words', usage }
      : { kind: 'unreadable', reason: parsed.reason, usage };
  }
  if (parsed.cut) return { kind: 'truncated', claims, reason: 'part of the answer is missing or damaged', usage };
  return { kind: 'answered', claims, usage };
}
