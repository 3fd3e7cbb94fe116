import type { ConsensusStep } from '#model/plan.ts';
import { isAtLeast } from '#model/severity.ts';
import type { Strategy } from '#ports/strategy.ts';
import { isWithin } from './cwe-tree.ts';
import type { Case } from './docket.ts';
import { compareRank, type Ranked } from './rank.ts';

/** How the cases stand after some steps. Attempts to steer the models are not among them: no step touches those. */
export interface Standing {
  /** Not yet filtered out or cut off. */
  readonly open: readonly Case[];
  /** Those of the open ones that become findings as things stand: all, until a vote or a judge says otherwise. */
  readonly kept: ReadonlySet<Case>;
  /** Those that a judge has decided, or the fall-back in its place: no vote changes them. */
  readonly decided: ReadonlySet<Case>;
}

export interface StepContext {
  /** A strategy by its id. */
  readonly strategyOf: (id: string) => Strategy;
  /** Whether a case counts against a cap. */
  readonly takesPlace: (one: Case) => boolean;
  /** What a judge keeps and drops, or the fall-back in its place. What it left open is in neither. */
  readonly keeps: ReadonlySet<Case>;
  readonly drops: ReadonlySet<Case>;
}

/** A filter holds wherever it stands among the steps: what it drops need not be voted on or judged. */
export function enter(docket: readonly Case[], steps: readonly ConsensusStep[]): Standing {
  const open = docket.filter((one) => !one.steering && steps.every((step) => step.kind !== 'filter' || passes(one, step)));
  return { open, kept: new Set(open), decided: new Set() };
}

export function takeStep(step: ConsensusStep, standing: Standing, { strategyOf, takesPlace, keeps, drops }: StepContext): Standing {
  const { open, kept, decided } = standing;
  switch (step.kind) {
    case 'filter':
      return standing;
    case 'vote': {
      const isKept = keptBy(strategyOf(step.strategy), step.threshold);
      return { ...standing, kept: new Set(open.filter((one) => (decided.has(one) ? kept.has(one) : isKept(one)))) };
    }
    case 'judge': {
      const after = open.filter((one) => keeps.has(one) || (kept.has(one) && !drops.has(one)));
      return { open, kept: new Set(after), decided: new Set([...decided, ...keeps, ...drops]) };
    }
    case 'cap': {
      const counting = open.filter((one) => kept.has(one) && takesPlace(one)).toSorted((a, b) => compareRank(rankOf(a), rankOf(b)));
      const cut = new Set(counting.slice(step.findings));
      return { ...standing, open: open.filter((one) => !cut.has(one)), kept: new Set([...kept].filter((one) => !cut.has(one))) };
    }
  }
}

export function keptBy({ keep }: Strategy, threshold: number): (one: Case) => boolean {
  return ({ ballot }) => keep({ ...ballot, threshold });
}

/** A confidence that was not stated passes; a weakness that is not named is none of those named. */
function passes({ merged }: Case, { minSeverity, minConfidence, cwes }: Extract<ConsensusStep, { kind: 'filter' }>): boolean {
  const { severity, confidence, cwe } = merged;
  return (
    (minSeverity === null || isAtLeast(severity, minSeverity)) &&
    (minConfidence === null || confidence === null || confidence >= minConfidence) &&
    (cwes === null || (cwe !== null && cwes.some((wanted) => isWithin(cwe, wanted))))
  );
}

function rankOf({ id, merged, ballot }: Case): Ranked {
  const { severity, confidence, path, startLine } = merged;
  return { severity, confidence, path, startLine, votes: ballot.votesFor.length, name: id };
}
