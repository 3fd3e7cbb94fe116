import { NOT_TAKEN_CODES } from '#ports/provider-error.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';
import { type CallEstimate, estimateCall, estimatePrompt } from './estimate-call.ts';
import { joinSignals } from './join-signals.ts';
import type { Purse } from './purse.ts';
import { NOTHING, plus, type Spend } from './spend.ts';

/** Nothing was sent, so nothing is spent. */
const NOT_SENT = { kind: 'failed', latencyMs: 0, costUsd: 0 } as const;

/**
 * A model whose calls are paid from the purse: what each may take is set aside before it, and what it took is counted
 * after it. Where there is no room, or the time ends while it is in flight, it fails with `AEGIS_BUDGET`. A repetition
 * needs room for the prompt again, for services may charge for an attempt that broke off. What `recall` gives is free.
 */
export function withinBudget(model: SeatModel, purse: Purse): SeatModel {
  return {
    ...model,
    async ask(request, signal, heard) {
      const estimate = await estimateCall(model, request);
      const hold = await purse.reserve(estimate.whole, signal);
      if (hold === null) return signal.aborted ? cancelled() : overBudget(purse, NOT_SENT);

      let inVain = NOTHING;
      const mayRepeat = async () => {
        const prompt = await estimatePrompt(model, estimate);
        if (!(await hold.extend(prompt))) return false;
        inVain = plus(inVain, prompt);
        return true;
      };
      const either = joinSignals(signal, purse.signal);
      // Stands where a call breaks its promise not to throw.
      let spent = estimate.whole;
      try {
        const asked = await model.ask({ ...request, mayRepeat }, either.signal, heard);
        spent = spentFor(asked, estimate);
        const wasCut = asked.kind === 'failed' && purse.signal.aborted && !signal.aborted;
        return wasCut ? overBudget(purse, asked) : asked;
      } finally {
        either.release();
        hold.settle(plus(spent, inVain));
      }
    },
  };
}

/** What a call took, as far as it says so; of what it does not say, all that was set aside. */
function spentFor(asked: Asked, { tokensIn, tokensOut, countsTokens, whole }: CallEstimate): Spend {
  const usd = asked.costUsd ?? whole.usd;
  if (asked.kind === 'failed') {
    const taken = asked.latencyMs > 0 && !NOT_TAKEN_CODES.has(asked.code);
    return taken ? { tokens: whole.tokens, usd } : NOTHING;
  }
  if (asked.cached) return NOTHING;
  const { reply } = asked;
  return { tokens: countsTokens ? stated(reply.tokensIn, tokensIn) + stated(reply.tokensOut, tokensOut) : 0, usd };
}

/** Numbers of tokens are a server's word. */
function stated(tokens: number | null, estimate: number): number {
  return tokens !== null && Number.isFinite(tokens) && tokens >= 0 ? tokens : estimate;
}

function overBudget(purse: Purse, { latencyMs, costUsd }: Pick<Extract<Asked, { kind: 'failed' }>, 'latencyMs' | 'costUsd'>): Asked {
  const reason = purse.spending().exhausted ?? 'the budget is spent';
  return { kind: 'failed', reason, code: 'AEGIS_BUDGET', latencyMs, costUsd: costUsd ?? null };
}

function cancelled(): Asked {
  return { ...NOT_SENT, reason: 'The call was cancelled', code: 'AEGIS_PROVIDER_CANCELLED' };
}
