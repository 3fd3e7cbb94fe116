import { answerRoom } from '#lib/prompt-room.ts';
import type { Seat } from '#model/plan.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { Asked, RunnerContext } from '#ports/runner.ts';
import { readFailure } from './failure.ts';
import { statedMaxTokens, tokensOf } from './max-tokens.ts';
import { type Heard, readReply, type Understood } from './read-reply.ts';
import { usageOf, withEarlier, withLater } from './usage.ts';

/** Times the room that was too small: with less than this, the same answer would be cut again. */
const WORTH_IT = 1.5;

export type AskContext = Pick<RunnerContext, 'model' | 'signal' | 'heard'>;

/**
 * Asks, and once more with twice the room where the answer was cut at the limit and the user stated none. The full
 * answer counts; where both are cut, the one with more claims. Throws the signal's reason when cancelled.
 */
export async function askModel(
  request: ModelRequest,
  seat: Seat,
  ctx: AskContext,
  understand: (text: string) => Understood,
): Promise<Heard> {
  const roomier = giveRoom(request, seat);
  if (roomier === null) return (await askOnce(request, ctx, understand)).heard;
  // A cut answer is never kept, so the full one that followed it last time has to be looked for first.
  const kept = (await ctx.model.recall?.(roomier, ctx.signal)) ?? null;
  if (kept?.kind === 'replied') {
    const heard = await hear(kept, request, understand);
    if (heard.outcome.kind === 'answered') return heard;
  }
  const first = await askOnce(request, ctx, understand);
  if (!first.full) return await askAgain(first.heard, roomier, ctx, understand);
  return first.heard;
}

async function askAgain(first: Heard, roomier: ModelRequest, ctx: AskContext, understand: (text: string) => Understood): Promise<Heard> {
  const { heard: second } = await askOnce(roomier, ctx, understand);
  const before = first.outcome.kind === 'skipped' ? null : first.outcome.usage;
  if (before !== null && isBetter(second, first)) return { ...second, outcome: withEarlier(second.outcome, before) };
  return { ...first, outcome: withLater(first.outcome, second.outcome) };
}

function isBetter({ outcome: second }: Heard, { outcome: first }: Heard): boolean {
  if (second.kind === 'answered') return true;
  return second.kind === 'truncated' && first.kind === 'truncated' && second.claims.length > first.claims.length;
}

/** `full`: not cut by the model's limit. */
async function askOnce(
  request: ModelRequest,
  { model, signal, heard: listener }: AskContext,
  understand: (text: string) => Understood,
): Promise<{ readonly heard: Heard; readonly full: boolean }> {
  signal.throwIfAborted();
  const asked = await model.ask(request, signal, listener ?? undefined);
  if (asked.kind === 'failed') return { heard: { outcome: readFailure(asked), needs: [] }, full: true };
  return { heard: await hear(asked, request, understand), full: asked.reply.finish !== 'length' };
}

/** Reads a reply. One that is no full opinion must not be given again for ever: the next scan asks anew. */
async function hear(
  asked: Extract<Asked, { kind: 'replied' }>,
  { messages }: ModelRequest,
  understand: (text: string) => Understood,
): Promise<Heard> {
  const heard = readReply(asked.reply, usageOf(asked), messages.length > 0, understand);
  if (heard.outcome.kind !== 'answered') await asked.forget?.();
  return heard;
}

/** The same request with twice the room for its answer, or what the window leaves; null where that is hardly more, or not for us to say. */
function giveRoom(request: ModelRequest, { model }: Seat): ModelRequest | null {
  if (request.messages.length === 0 || statedMaxTokens(model) !== null) return null;
  const maxTokens = Math.min(2 * request.maxTokens, answerRoom(model, tokensOf(request.messages)) ?? Number.POSITIVE_INFINITY);
  return maxTokens >= WORTH_IT * request.maxTokens ? { ...request, maxTokens } : null;
}
