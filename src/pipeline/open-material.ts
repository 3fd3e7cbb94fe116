import { type Case, openDocket } from '#consensus/docket.ts';
import type { Chunk } from '#model/chunk.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { ModelRecord } from '#model/model-record.ts';
import type { Execution } from '#model/outcome.ts';
import type { ConsensusRules, Plan } from '#model/plan.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { SteeringMark } from '#steering/find-steering.ts';
import { placeClaims } from './place-claims.ts';
import { steeringClaims } from './steering-claims.ts';

/** What was said of a change, ready for the consensus. */
export interface Material {
  readonly docket: readonly Case[];
  /** Claims of the models. */
  readonly claims: number;
  /** Of those, the ones that named no place in what their model was shown. */
  readonly unplaced: number;
}

export interface MaterialInput {
  /** Attempts to steer the models. */
  readonly marks: readonly SteeringMark[];
  readonly chunks: readonly Chunk[];
  readonly executions: readonly Execution[];
  /** Hunks that are in no chunk. */
  readonly left: readonly LedgerEntry[];
  readonly plan: Pick<Plan, 'seats' | 'reserves' | 'stages' | 'consensus'>;
  readonly records: readonly ModelRecord[];
}

/** Gives every claim its place and draws up the cases. The order in which models answered changes nothing. */
export function openMaterial({ marks, chunks, executions, left, plan, records }: MaterialInput): Material {
  // What triage claims is a claim only where the plan counts it.
  const heard = executions.filter(({ role }) => role !== 'triage' || plan.stages.triage?.votes === true);
  const { candidates, claims, unplaced } = placeClaims(chunks, heard);
  const docket = openDocket({ candidates: [...candidates, ...steeringClaims(marks, chunks, left)], executions, chunks, plan, records });
  return { docket, claims, unplaced };
}

/** How it was decided, for people. */
export function describeConsensus(
  { strategy, fallback }: ConsensusRules,
  { fellBack, judged }: Pick<ScanResult['consensus'], 'fellBack' | 'judged'>,
): ScanResult['consensus'] {
  return { strategy, fellBack, ...(fellBack && { fallback }), ...(judged && { judged }) };
}
