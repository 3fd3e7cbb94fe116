import { tick } from '#lib/faults.ts';
import { nearest } from '#lib/nearest.ts';
import { dotted, type YamlPath } from '#lib/yaml-path.ts';
import { type ConfigProblem, InputError } from '#model/errors.ts';
import type { ConsensusStep, JudgeWhen } from '#model/plan.ts';
import type { ConsensusPipeline } from '#ports/consensus-pipelines.ts';
import { readSteps, toSteps } from './consensus-steps.ts';
import { JUDGE } from './known-parts.ts';
import type { ReviewConfig } from './read-config.ts';

/** What is asked of the consensus, before anybody has a seat. */
export interface ConsensusWish {
  /** A strategy, `judge`, `steps`, or the name of a stored pipeline; null for the default. */
  readonly name: string | null;
  /** Null where the strategy alone decides. */
  readonly steps: readonly ConsensusStep[] | null;
  /** Which claims a judge hears, if one is there; null where none is asked. */
  readonly judge: Exclude<JudgeWhen, 'never'> | null;
  /** Where the file asks for a judge in so many words; null where it would only be welcome. */
  readonly judgeAt: YamlPath | null;
}

export interface WishInput {
  readonly config: ReviewConfig;
  /** What the command line says: it takes the place of strategy, steps and pipeline of the file. */
  readonly strategy: string | undefined;
  /** True where the command line names the models: then they take all their roles, whatever stages `pipeline` names. */
  readonly isNamed: boolean;
  readonly pipelines: readonly ConsensusPipeline[];
  /** Those that vote. */
  readonly strategies: readonly string[];
}

/**
 * Reads what is asked of the consensus. What is wrong with it is noted in `problems`. Throws `InputError` for a strategy of
 * the command line that nobody knows.
 */
export function wishConsensus(input: WishInput, problems: ConfigProblem[]): ConsensusWish {
  const file = readFile(input, problems);
  const { config, strategy, strategies } = input;
  if (strategy === undefined) {
    checkJudge(config, file, problems);
    return file;
  }
  if (strategy !== JUDGE && !strategies.includes(strategy)) {
    throw new InputError(`there is no strategy ${strategy}`, { hint: `Take ${[...strategies, JUDGE].join(', ')}.` });
  }
  return { name: strategy, steps: null, judge: judgeBeside(input, strategy, file), judgeAt: null };
}

const GIVEN = ['strategy', 'steps', 'pipeline'] as const;

function readFile(input: WishInput, problems: ConfigProblem[]): ConsensusWish {
  const { config } = input;
  const { consensus } = config.values;
  const [first, ...others] = GIVEN.filter((key) => config.written(['consensus', key]) !== undefined);
  for (const key of others) problems.push(config.problem(['consensus', key], `stands beside ${tick(first)}; give one of them`, 'key'));

  const { strategy = null } = consensus ?? {};
  const steps = consensus?.steps === undefined ? readStored(input, problems) : toSteps(consensus.steps, consensus.threshold);
  if (steps === null) {
    const at: YamlPath | null = strategy === JUDGE ? ['consensus', 'strategy'] : null;
    return { name: strategy, steps, judge: judgeOf(input, strategy), judgeAt: at };
  }
  const at = steps.findIndex(({ kind }) => kind === 'judge');
  const step = steps[at];
  const asked = step?.kind === 'judge' && step.when !== 'never' ? step.when : null;
  const [name, path]: [string, YamlPath] =
    consensus?.steps === undefined
      ? [consensus?.pipeline ?? '', ['consensus', 'pipeline']]
      : ['steps', ['consensus', 'steps', at, 'judge']];
  return { name, steps, judge: asked, judgeAt: asked === null ? null : path };
}

/** The steps of the stored pipeline that the file names; null where it names none, or none that can be used. */
function readStored({ config, pipelines, strategies }: WishInput, problems: ConfigProblem[]): readonly ConsensusStep[] | null {
  const { pipeline: name, threshold } = config.values.consensus ?? {};
  if (name === undefined) return null;
  const path = ['consensus', 'pipeline'];
  const stored = pipelines.find((one) => one.name === name);
  if (stored === undefined) {
    const names = pipelines.map((one) => one.name);
    const near = nearest(name, names);
    const known = names.length === 0 ? 'none is stored here' : `known here: ${names.slice(0, MOST_LISTED).map(tick).join(', ')}`;
    const hint = near === null ? known : `did you mean ${tick(near)}?`;
    problems.push(config.problem(path, `there is no consensus pipeline ${tick(name)}; ${hint}`));
    return null;
  }
  const read = readSteps(stored.steps, strategies, threshold);
  if ('steps' in read) return read.steps;
  const faults = read.problems.map((fault) => `${dotted(['steps', ...fault.path])} ${fault.message}`);
  problems.push(config.problem(path, `the consensus pipeline ${tick(name)} cannot be used: ${faults.join('; ')}`));
  return null;
}

const MOST_LISTED = 10;

/** Which claims a judge hears where no list of steps decides it. */
function judgeOf({ config, isNamed }: WishInput, strategy: string | null): ConsensusWish['judge'] {
  if (strategy === JUDGE) return 'always';
  const { pipeline } = config.values;
  if (pipeline?.judge !== undefined) return pipeline.judge.when === 'never' ? null : pipeline.judge.when;
  // A strategy that is asked for by name is all that is asked for.
  return (pipeline === undefined || isNamed) && strategy === null ? 'disagreement' : null;
}

/**
 * A judge beside a vote stays where another strategy takes the place of that vote. One that was part of the strategy (`judge`,
 * a list of steps) goes with it, unless the pipeline names it, too.
 */
function judgeBeside(input: WishInput, strategy: string, file: ConsensusWish): ConsensusWish['judge'] {
  if (strategy === JUDGE) return 'always';
  return file.name === null || input.strategies.includes(file.name) ? file.judge : judgeOf(input, strategy);
}

/** A judge that is asked for in one place and sent away in another is a slip. */
function checkJudge(config: ReviewConfig, { judgeAt }: ConsensusWish, problems: ConfigProblem[]): void {
  if (judgeAt === null || config.values.pipeline?.judge?.when !== 'never') return;
  problems.push(config.problem(judgeAt, 'asks a judge, and `pipeline.judge.when` is `never`; change one of them'));
}
