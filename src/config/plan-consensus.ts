import { type ConfigProblem, InputError } from '#model/errors.ts';
import type { ConsensusRules, ConsensusStep } from '#model/plan.ts';
import type { Casting } from './cast-roles.ts';
import { JUDGE } from './known-parts.ts';
import type { ReviewConfig } from './read-config.ts';
import type { ConsensusWish } from './wish-consensus.ts';

/** From so many deep_scan seats on, one model alone does not decide. */
export const PANEL = 3;

/** The consensus that was wished for, with the models that there are. */
export function planConsensus(config: ReviewConfig, wish: ConsensusWish, casting: Casting): ConsensusRules {
  const { threshold = 0.5, weights, fallback = 'union', min_votes = 1, independence = 'model' } = config.values.consensus ?? {};
  const usual = casting.tiers.flat().length >= PANEL ? 'majority_vote' : 'union';
  const judged: readonly ConsensusStep[] = wish.judge === null || casting.judge === null ? [] : [{ kind: 'judge', when: wish.judge }];
  const strategy = wish.name === null || (wish.name === JUDGE && judged.length === 0) ? usual : wish.name;
  const vote: ConsensusStep = { kind: 'vote', strategy: strategy === JUDGE ? usual : strategy, threshold };
  return {
    strategy,
    steps: wish.steps?.filter((step) => step.kind !== 'judge' || judged.length > 0) ?? [vote, ...judged],
    fallback,
    threshold,
    minVotes: min_votes,
    weights: weights === undefined || weights === 'auto' ? {} : weights,
    learned: weights === 'auto',
    independence,
  };
}

/**
 * A judge that somebody asks for must be there. Throws `InputError` where the command line does; where the file does, it
 * is noted in `problems`, unless the command line named the models.
 */
export function checkJudgeSits(
  {
    config,
    wish,
    casting,
    isNamed,
    byCommandLine,
  }: {
    readonly config: ReviewConfig;
    readonly wish: ConsensusWish;
    readonly casting: Casting;
    readonly isNamed: boolean;
    readonly byCommandLine: boolean;
  },
  problems: ConfigProblem[],
): void {
  if (casting.judge !== null || wish.judge === null) return;
  if (byCommandLine && wish.name === JUDGE) {
    throw new InputError(`--strategy ${JUDGE} needs a model with the role ${JUDGE}, and there is none`, {
      hint: isNamed ? 'Name one with --models too.' : `Give a model the role ${JUDGE}, or take another strategy.`,
    });
  }
  if (wish.judgeAt === null || isNamed || problems.length > 0) return;
  problems.push(config.problem(wish.judgeAt, `asks a judge, and no model has the role \`${JUDGE}\`; add it to the \`roles\` of one`));
}

/** Weights must be of models that there are, and not all nothing. */
export function checkWeights(
  config: ReviewConfig,
  find: (id: string, path: readonly (string | number)[]) => unknown,
  problems: ConfigProblem[],
): void {
  const weights = config.values.consensus?.weights;
  if (weights === undefined || weights === 'auto') return;
  for (const id of Object.keys(weights)) find(id, ['consensus', 'weights', id]);
  if (Object.keys(weights).length > 0 && Object.values(weights).every((weight) => weight === 0)) {
    problems.push(config.problem(['consensus', 'weights'], 'gives no model any weight'));
  }
}
