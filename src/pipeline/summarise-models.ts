import { sumKnown } from '#lib/sum-usage.ts';
import type { Execution, Outcome, OutcomeKind } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { ModelSummary } from '#model/scan-result.ts';

const KINDS: readonly OutcomeKind[] = ['answered', 'refused', 'truncated', 'unreadable', 'failed', 'skipped'];

/** One row for each seat of the plan, called or not, in the plan's order; then one for each reserve that was called. */
export function summariseModels(plan: Pick<Plan, 'seats' | 'reserves'>, executions: readonly Execution[]): readonly ModelSummary[] {
  const called = plan.reserves.filter((seat) => executions.some((one) => isOf(one, seat)));
  return [...plan.seats, ...called].map((seat) => {
    const outcomes = executions.filter((one) => isOf(one, seat)).map((one) => one.outcome);
    const usages = outcomes.flatMap((outcome) => (outcome.kind === 'skipped' ? [] : [outcome.usage]));
    const count = (kind: OutcomeKind) => outcomes.filter((outcome) => outcome.kind === kind).length;
    return {
      id: seat.model.model_id,
      role: seat.role,
      calls: usages.reduce((sum, { calls = 1 }) => sum + calls, 0),
      cached: usages.filter((usage) => usage.cached).length,
      ...(Object.fromEntries(KINDS.map((kind) => [kind, count(kind)])) as Record<OutcomeKind, number>),
      tokensIn: sumKnown(usages.map((usage) => usage.tokensIn)),
      tokensOut: sumKnown(usages.map((usage) => usage.tokensOut)),
      costUsd: usages.some((usage) => usage.costUsd === null) ? null : usages.reduce((sum, usage) => sum + (usage.costUsd ?? 0), 0),
      latencyMs: median(usages.map((usage) => usage.latencyMs)),
      fault: firstFault(outcomes),
    };
  });
}

function isOf({ modelId, role }: Execution, seat: Seat): boolean {
  return modelId === seat.model.model_id && role === seat.role;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}

function firstFault(outcomes: readonly Outcome[]): string | null {
  for (const outcome of outcomes) if (outcome.kind !== 'answered') return outcome.reason;
  return null;
}
