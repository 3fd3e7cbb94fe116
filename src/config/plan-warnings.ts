import type { YamlPath } from '#lib/yaml-path.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan, Seat } from '#model/plan.ts';
import { type Casting, SCAN } from './cast-roles.ts';
import { JUDGE } from './known-parts.ts';
import { formatProblem, type ReviewConfig } from './read-config.ts';
import type { ModelFinder } from './resolve-models.ts';
import type { ConsensusWish } from './wish-consensus.ts';

interface Resolved {
  readonly plan: Plan;
  readonly config: ReviewConfig;
  readonly listed: ModelFinder['listed'];
  readonly casting: Casting;
  readonly wish: ConsensusWish;
  /** What the command line names; null where it names nothing. */
  readonly asked: readonly ModelEntry[] | null;
}

type Tell = (path: YamlPath, message: string, at?: 'key' | 'value') => string;

/** What of a configuration will not be as it reads, as sentences with their places. */
export function planWarnings(resolved: Resolved): string[] {
  const { config } = resolved;
  const tell: Tell = (path, message, at = 'key') => formatProblem(config.source, config.problem(path, message, at));
  return [...idleWarnings(resolved, tell), ...judgeWarnings(resolved, tell), ...votesWarning(resolved, tell)];
}

function idleWarnings({ plan, config, listed, casting, asked }: Resolved, tell: Tell): string[] {
  const seats = [...plan.seats, ...plan.reserves];
  if (asked !== null) return asked.flatMap((entry) => idleReason(entry, seats, config) ?? []).map((reason) => `--models: ${reason}`);
  const models = listed.flatMap(({ entry, path }) => {
    const reason = idleReason(entry, seats, config);
    return reason === null ? [] : [tell(path, reason, 'value')];
  });
  const roles = Object.keys(config.values.roles).filter((name) => !casting.custom.has(name));
  return [...models, ...roles.map((role) => tell(['roles', role], 'no model has this role, so it does not run'))];
}

/** Why a model has no part in a plan, as a sentence; null where it has a seat or stands in reserve. */
function idleReason(entry: ModelEntry, seats: readonly Seat[], { values: { pipeline } }: ReviewConfig): string | null {
  if (seats.some(({ model }) => model === entry)) return null;
  const reasons = entry.roles.map((role) => {
    if (role === 'triage' || role === 'explain') return `\`pipeline\` does not name \`${role}\``;
    if (role !== JUDGE) return `\`roles\` does not define \`${role}\``;
    return pipeline?.judge?.when === 'never' ? '`pipeline.judge.when` is `never`' : 'the consensus asks no judge';
  });
  return `the model ${entry.model_id} takes no part: ${[...new Set(reasons)].join(', and ')}`;
}

function judgeWarnings({ plan, config, wish, asked }: Resolved, tell: Tell): string[] {
  const { consensus, pipeline } = config.values;
  const has = (kind: string) => plan.consensus.steps.some((step) => step.kind === kind);
  const warnings: string[] = [];
  if (wish.steps !== null) {
    const place = ['consensus', consensus?.steps === undefined ? 'pipeline' : 'steps'];
    if (wish.judge === null && pipeline?.judge !== undefined) {
      warnings.push(tell(place, 'no step asks a judge, so that of `pipeline` does not run'));
    }
    if (!has('vote') && !has('judge')) {
      warnings.push(tell(place, 'no step is a `vote` or a `judge`, so every claim that the others leave is kept'));
    }
  }
  if (wish.judgeAt === null || wish.judge === null) return warnings;
  if (asked !== null && !has('judge')) {
    warnings.push(tell(wish.judgeAt, `asks a judge, and --models names none with the role \`${JUDGE}\`: the vote decides alone`));
  }
  const when = config.written(['pipeline', 'judge', 'when']);
  if (when !== undefined && when !== wish.judge) {
    warnings.push(tell(['pipeline', 'judge', 'when'], `does not hold: \`consensus\` asks the judge with \`when: ${wish.judge}\``));
  }
  return warnings;
}

/** Votes that are asked for and can never be had. */
function votesWarning({ plan, casting }: Resolved, tell: Tell): string[] {
  const [first = []] = plan.stages.deepScan.tiers;
  const voters = new Set(plan.seats.filter(({ id }) => first.includes(id)).map(({ model }) => model.model_id)).size;
  const { minVotes } = plan.consensus;
  if (minVotes <= voters) return [];
  const where = casting.tiers.length > 1 ? `models in the first tier of ${SCAN}` : 'models';
  const message = `${minVotes} votes are asked for, more than there are ${where} (${voters}): every review will be incomplete`;
  return [tell(['consensus', 'min_votes'], message)];
}
