import { dotted } from '#lib/yaml-path.ts';
import { InputError } from '#model/errors.ts';
import type { ConsensusRules, ConsensusStep, Plan, Stages } from '#model/plan.ts';
import type { ConsensusPipeline } from '#ports/consensus-pipelines.ts';
import { SCAN } from './cast-roles.ts';
import { readSteps } from './consensus-steps.ts';
import { JUDGE } from './known-parts.ts';
import { PANEL } from './plan-consensus.ts';

interface ReplayWish {
  /** A strategy that votes, `judge`, or the name of a stored pipeline; absent for that of the record. */
  readonly strategy?: string | undefined;
  /** In the place of every threshold; absent for those of the record. */
  readonly threshold?: number | undefined;
}

/**
 * The rules by which a recorded scan is merged again: those of its plan, but for what is wished. A judge that sat beside
 * a vote stays beside another, as in a review. Throws `InputError` for a strategy that nobody knows.
 */
export function replayRules(
  plan: Pick<Plan, 'consensus' | 'seats' | 'stages'>,
  { strategy, threshold }: ReplayWish,
  known: { readonly strategies: readonly string[]; readonly pipelines: readonly ConsensusPipeline[] },
): ConsensusRules {
  const { consensus } = plan;
  const share = threshold ?? consensus.threshold;
  const steps = strategy === undefined ? consensus.steps : stepsOf(strategy, plan, share, known);
  return {
    ...consensus,
    strategy: strategy ?? consensus.strategy,
    threshold: share,
    steps: threshold === undefined ? steps : steps.map((step) => (step.kind === 'vote' ? { ...step, threshold } : step)),
  };
}

function stepsOf(
  strategy: string,
  { consensus, seats, stages }: Pick<Plan, 'consensus' | 'seats' | 'stages'>,
  threshold: number,
  { strategies, pipelines }: { readonly strategies: readonly string[]; readonly pipelines: readonly ConsensusPipeline[] },
): readonly ConsensusStep[] {
  if (strategy === JUDGE) {
    // Custom roles sit in the first tier, too.
    const scanning = new Set(seats.filter(({ role }) => role === SCAN).map(({ id }) => id));
    const usual = stages.deepScan.tiers.flat().filter((id) => scanning.has(id)).length >= PANEL ? 'majority_vote' : 'union';
    return [
      { kind: 'vote', strategy: usual, threshold },
      { kind: 'judge', when: 'always' },
    ];
  }
  if (strategies.includes(strategy)) return [{ kind: 'vote', strategy, threshold }, ...judgeBeside(consensus, stages, strategies)];
  const stored = pipelines.find(({ name }) => name === strategy);
  if (stored === undefined) {
    const names = [...strategies, JUDGE, ...pipelines.map(({ name }) => name)];
    throw new InputError(`there is no strategy ${strategy}`, { hint: `Take one of these: ${names.join(', ')}.` });
  }
  const read = readSteps(stored.steps, strategies, threshold);
  if ('steps' in read) return read.steps;
  const faults = read.problems.map(({ path, message }) => `${dotted(['steps', ...path])} ${message}`);
  throw new InputError(`the consensus pipeline ${strategy} cannot be used: ${faults.join('; ')}`, { hint: 'Save it again.' });
}

/**
 * A judge beside a vote stays where another strategy takes the place of that vote. One that was part of the strategy goes with
 * it, unless the pipeline names it, too: then it hears what the votes disagree about.
 */
function judgeBeside(
  { strategy, steps }: ConsensusRules,
  { judge: seat }: Stages,
  strategies: readonly string[],
): readonly ConsensusStep[] {
  const judge = steps.filter((step) => step.kind === 'judge').slice(0, 1);
  if (strategies.includes(strategy)) return judge;
  return seat?.named === true ? judge.map((step) => ({ ...step, when: 'disagreement' })) : [];
}
