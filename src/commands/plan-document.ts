import type { Plan } from '#model/plan.ts';
import type { ScanPreview } from '#pipeline/preview/preview-scan.ts';
import { exceeded } from './preview.ts';

/** What `--plan --format json` prints. Additive within `schemaVersion`. */
export function planDocument(preview: ScanPreview, { stages, consensus, reserves, budget }: Plan) {
  const { seats, hunks, chunks, codeTokens, total, left } = preview;
  const over = exceeded(total, budget);
  return {
    schemaVersion: 1,
    stages,
    seats,
    reserves: reserves.map(({ id }) => id),
    hunks,
    chunks,
    calls: total.calls,
    tokens: { code: codeTokens, in: total.tokensIn, out: total.tokensOut },
    cost: { usd: total.costUsd, unpriced: total.unpriced },
    consensus: { strategy: consensus.strategy, steps: consensus.steps, fallback: consensus.fallback },
    budget: { ...budget, mayExceed: [...(over.usd ? ['usd'] : []), ...(over.tokens ? ['tokens'] : [])] },
    left,
  };
}
