import type { ConsensusRules, JudgeWhen } from '#model/plan.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Verdict } from '#model/verdict.ts';
import type { Strategy } from '#ports/strategy.ts';
import type { Case } from './docket.ts';
import { settleVerdicts } from './settle-verdicts.ts';
import { enter, keptBy, type Standing, type StepContext, takeStep } from './take-step.ts';

/** A strategy by its id. Throws for one that nobody knows. */
export type StrategyOf = (id: string) => Strategy;

/** A verdict and whose it is. */
export interface HeardVerdict extends Verdict {
  readonly modelId: string;
}

/** What the judges said of the cases that they were asked about. */
export interface Hearing {
  readonly verdicts: readonly HeardVerdict[];
  /** Ids of cases whose judge failed or could not be read. */
  readonly unheard: ReadonlySet<string>;
}

/** Cases that a judge was asked about, by what it said. One that it passed over in silence counts as uncertain. */
export type Judged = NonNullable<ScanResult['consensus']['judged']>;

/** What the steps came to. */
export interface Decision {
  /** The cases that become findings, in the order of the docket. */
  readonly kept: readonly Case[];
  /** What the judge said of a case, by the case's id. */
  readonly verdicts: ReadonlyMap<string, HeardVerdict>;
  /** Null where it was asked about none. */
  readonly judged: Judged | null;
}

/**
 * The cases that a judge has to decide, in the order of the docket; none where the rules ask for no judge. What a filter
 * drops is not among them wherever the filter stands, nor what a cap before the judge cuts off.
 */
export function casesToJudge(
  docket: readonly Case[],
  { steps }: ConsensusRules,
  { strategyOf, takesPlace }: Pick<StepContext, 'strategyOf' | 'takesPlace'>,
): readonly Case[] {
  const at = steps.findIndex(({ kind }) => kind === 'judge');
  const step = steps[at];
  if (step?.kind !== 'judge') return [];
  const ctx: StepContext = { strategyOf, takesPlace, keeps: new Set(), drops: new Set() };
  const { open } = steps.slice(0, at).reduce<Standing>((standing, before) => takeStep(before, standing, ctx), enter(docket, steps));
  return open.filter((one) => isHeard(one, step.when));
}

/**
 * Takes the steps of the consensus in order. `hearing` is null where no judge was asked: the votes decide alone then.
 * A case for which `takesPlace` is false counts against no cap: it is shown as suppressed at most, and must not push
 * out one that counts.
 */
export function runSteps(
  docket: readonly Case[],
  rules: ConsensusRules,
  ctx: { readonly strategyOf: StrategyOf; readonly hearing: Hearing | null; readonly takesPlace: StepContext['takesPlace'] },
): Decision {
  const { strategyOf, hearing, takesPlace } = ctx;
  // A verdict on a case that nobody asked about is not listened to.
  const asked = hearing === null ? [] : casesToJudge(docket, rules, { strategyOf, takesPlace });
  const verdicts = settleVerdicts(hearing?.verdicts ?? [], new Set(asked.map(({ id }) => id)));
  const unheard = asked.filter(({ id }) => hearing?.unheard.has(id) && !verdicts.has(id));
  const said = (verdict: Verdict['verdict']) => asked.filter(({ id }) => verdicts.get(id)?.verdict === verdict);
  const [confirmed, rejected] = [said('confirmed'), said('rejected')];

  const saves = unheard.length === 0 ? () => false : keptBy(strategyOf(rules.fallback), rules.threshold);
  const keeps = new Set([...confirmed, ...unheard.filter(saves)]);
  const drops = new Set([...rejected, ...unheard.filter((one) => !saves(one))]);
  const begin = enter(docket, rules.steps);
  const { kept } = rules.steps.reduce<Standing>(
    (standing, step) => takeStep(step, standing, { strategyOf, takesPlace, keeps, drops }),
    begin,
  );
  const uncertain = asked.length - confirmed.length - rejected.length - unheard.length;
  return {
    kept: docket.filter((one) => one.steering || kept.has(one)),
    verdicts,
    judged: asked.length === 0 ? null : { confirmed: confirmed.length, rejected: rejected.length, uncertain, unheard: unheard.length },
  };
}

function isHeard({ majority }: Case, when: JudgeWhen): boolean {
  return when === 'always' || (when === 'disagreement' && !majority);
}
