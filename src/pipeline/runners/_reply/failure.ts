import type { Outcome } from '#model/outcome.ts';
import type { Asked } from '#ports/runner.ts';

/** The code of a call that was not made because the budget did not allow it. */
const OVER_BUDGET = 'AEGIS_BUDGET';

/** Faults before any model was at work: nobody charges for them. */
const BEFORE_THE_MODEL = new Set(
  ['UNREACHABLE', 'BREAKER_OPEN', 'UNAUTHORIZED', 'NOT_FOUND', 'RATE_LIMITED', 'TOO_LARGE', 'BAD_REQUEST'].map(
    (fault) => `AEGIS_PROVIDER_${fault}`,
  ),
);

/** The outcome of a call that gave no reply. */
export function readFailure({ reason, code, latencyMs, costUsd = null }: Extract<Asked, { kind: 'failed' }>): Outcome {
  if (code === OVER_BUDGET) return { kind: 'skipped', reason };
  const spent = BEFORE_THE_MODEL.has(code) ? 0 : costUsd;
  return { kind: 'failed', reason, code, usage: { tokensIn: null, tokensOut: null, costUsd: spent, latencyMs, cached: false } };
}

/** The outcome where there is nothing to ask: the role puts a question, and the model reads code alone. */
export function notAsked(role: string): Outcome {
  return {
    kind: 'failed',
    reason: `the role ${role} needs a model that reads prompts, and something to ask it about`,
    code: 'AEGIS_ROLE_UNSUITABLE',
    usage: { tokensIn: 0, tokensOut: 0, costUsd: 0, latencyMs: 0, cached: false },
  };
}
