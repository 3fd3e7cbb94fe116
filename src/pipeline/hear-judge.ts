import type { Case } from '#consensus/docket.ts';
import { casesToJudge, type HeardVerdict, type Hearing } from '#consensus/run-steps.ts';
import { groupBy } from '#lib/group-by.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Execution } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { ScanContext } from './context.ts';
import type { Panel } from './seats/open-panel.ts';
import { countProgress } from './seats/progress.ts';

/** Cases of one call: each takes some hundred tokens to tell and to decide. */
export const MOST_CASES = 12;

/**
 * Puts the cases that the plan's judge has to decide to it, with the code that shows them. Null where there are none.
 * Throws the signal's reason when cancelled.
 */
export async function hearJudge(
  docket: readonly Case[],
  chunks: readonly Chunk[],
  plan: Pick<Plan, 'seats' | 'reserves' | 'stages' | 'consensus'>,
  panel: Panel,
  ctx: Pick<ScanContext, 'emit' | 'strategyOf'> & { readonly takesPlace: (one: Case) => boolean },
): Promise<{ readonly hearing: Hearing; readonly executions: readonly Execution[] } | null> {
  const due = casesToJudge(docket, plan.consensus, ctx);
  const [judge, ...idle] = rankJudges(panel.seats(plan.stages.judge?.seats ?? []), due, [...plan.seats, ...plan.reserves]);
  if (due.length === 0 || judge === undefined) return null;
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const calls = [...groupBy(due, (one) => one.cluster.claims[0].chunkId)].flatMap(([chunkId, cases]) => {
    const chunk = byId.get(chunkId);
    return chunk === undefined ? [] : batches(cases).map((batch) => ({ chunk, cases: batch }));
  });
  const progress = countProgress('judge', calls.length, ctx.emit);
  progress.start();
  const turns = await Promise.all(
    calls.map(async ({ chunk, cases }) => {
      const executions = await panel.openRound(idle).ask(judge, { chunk, cases, finding: null });
      progress.done(chunk.id);
      return executions;
    }),
  );
  const executions = turns.flat();
  return { hearing: readHearing(due, executions), executions };
}

/**
 * What the judges said, from their calls alone. A case is unheard where no call about it gave a verdict that could be
 * read; a judge that answered and left one out has not failed.
 */
export function readHearing(due: readonly Pick<Case, 'id'>[], executions: readonly Execution[]): Hearing {
  const heard = new Set<string>();
  const verdicts: HeardVerdict[] = [];
  for (const { role, modelId, outcome, cases = [] } of executions) {
    if (role !== 'judge' || outcome.kind !== 'answered' || outcome.opinion?.kind !== 'verdicts') continue;
    for (const id of cases) heard.add(id);
    for (const verdict of outcome.opinion.verdicts) verdicts.push({ ...verdict, modelId });
  }
  return { verdicts, unheard: new Set(due.map(({ id }) => id).filter((id) => !heard.has(id))) };
}

/** The cases that no judge heard because the budget did not allow it; null where there are none. */
export function unjudgedOf(
  { unheard }: Pick<Hearing, 'unheard'>,
  executions: readonly Execution[],
): { readonly cases: number; readonly reason: string } | null {
  const skipped = executions.flatMap(({ role, outcome, cases = [] }) =>
    role === 'judge' && outcome.kind === 'skipped'
      ? cases.filter((id) => unheard.has(id)).map((id) => ({ id, reason: outcome.reason }))
      : [],
  );
  const [first] = skipped;
  return first === undefined ? null : { cases: new Set(skipped.map(({ id }) => id)).size, reason: first.reason };
}

/** Judges whose family made none of the claims first; where that is a tie, in their order. */
function rankJudges(judges: readonly Seat[], due: readonly Case[], seats: readonly Seat[]): readonly Seat[] {
  const familyOf = new Map(seats.map(({ model }) => [model.model_id, model.family]));
  const claimsOf = ({ model }: Seat) =>
    due.filter(({ cluster }) => cluster.claims.some(({ modelId }) => familyOf.get(modelId) === model.family)).length;
  return judges.toSorted((a, b) => Math.min(1, claimsOf(a)) - Math.min(1, claimsOf(b)));
}

function batches<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / MOST_CASES) }, (_, at) => all.slice(at * MOST_CASES, (at + 1) * MOST_CASES));
}
