import { type Command, Option } from 'commander';
import type { SaidOutside } from '#config/explain-config.ts';
import { configJsonSchema } from '#config/json-schema.ts';
import { strategyNames } from '#config/known-parts.ts';
import { formatProblem, readLayers } from '#config/read-config.ts';
import { ConfigError, type ConfigProblem } from '#model/errors.ts';
import type { Plan } from '#model/plan.ts';
import { SEVERITIES } from '#model/severity.ts';
import { toJsonText } from '#report/json-text.ts';
import { readConfigFiles } from './config-file.ts';
import { explain, renderExplained } from './explain.ts';
import type { ReviewDeps } from './review-deps.ts';
import { safeText } from './safe-text.ts';
import { splitList } from './split-list.ts';

export type ConfigDeps = Pick<ReviewDeps, 'io' | 'cwd' | 'known' | 'resolvePlan' | 'exit'>;

type Format = 'pretty' | 'json';

/** `aegis config`: what has to do with `.aegis.yml`. */
export function registerConfig(program: Command, deps: ConfigDeps): void {
  const config = program.command('config').description('Work with .aegis.yml.');
  const file = 'the configuration (default: .aegis.yml over .github/aegis.yml of this repository)';
  config
    .command('validate')
    .description('Check a configuration and tell all its problems. Exit code: 0 when it is valid, else 2.')
    .argument('[file]', file)
    .addOption(new Option('--format <format>', 'how the problems are written').choices(['pretty', 'json']).default('pretty'))
    .action(async (named: string | undefined, { format }: { format: Format }) => {
      const verdict = await validate(named, deps);
      deps.io.out(format === 'json' ? toJsonText(verdict) : safeText(render(verdict)));
      deps.exit(verdict.problems.length > 0 ? 2 : 0);
    });
  config
    .command('explain')
    .description('Show the effective configuration, each value with where it comes from. Exit code: 2 when it is not valid.')
    .argument('[file]', file)
    .option('--models <list>', 'as for `aegis review`', splitList)
    .addOption(new Option('--strategy <name>', 'as for `aegis review`').choices(strategyNames(deps.known)))
    .addOption(new Option('--scope <scope>', 'as for `aegis review`').choices(['added', 'hunks', 'file']))
    .addOption(new Option('--fail-on <severity>', 'as for `aegis review`').choices([...SEVERITIES, 'none']))
    .addOption(new Option('--format <format>', 'how it is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (named: string | undefined, { format, ...options }: SaidOutside & { format: Format }) => {
      const explained = await explain(named, options, deps);
      deps.io.out(format === 'json' ? toJsonText(explained) : safeText(renderExplained(explained)));
      deps.exit(0);
    });
  config
    .command('schema')
    .description('Print the JSON Schema of .aegis.yml (draft 7), for editors.')
    .action(() => {
      deps.io.out(toJsonText(configJsonSchema(deps.known)));
      deps.exit(0);
    });
}

interface Verdict {
  readonly file: string;
  readonly valid: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
  /** What the configuration comes to, in one line; empty for one with problems. */
  readonly plan: string;
}

async function validate(named: string | undefined, deps: ConfigDeps): Promise<Verdict> {
  const { source, layers } = await readConfigFiles(deps.cwd, named);
  const { config } = readLayers(layers, deps.known);
  const file = layers.length > 1 ? config.sources.join(' over ') : source;
  try {
    const { plan, warnings } = await deps.resolvePlan(config, {});
    const origin = layers.length === 0 ? 'there is none, the defaults hold; ' : '';
    return { file, valid: true, problems: [], warnings, plan: `${origin}${describePlan(plan)}` };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = layers.length > 1 ? error.problems.map((problem) => ({ source: error.source, ...problem })) : error.problems;
    return { file, valid: false, problems, warnings: [], plan: '' };
  }
}

/** `a, b by union; judge: c; in reserve: d`. */
function describePlan({ seats, reserves, consensus }: Plan): string {
  const idsOf = (some: Plan['seats']) => [...new Set(some.map(({ model }) => model.model_id))].join(', ');
  const inRole = (role: string) => idsOf(seats.filter((seat) => seat.role === role));
  const others = [...new Set(seats.map(({ role }) => role))].filter((role) => role !== 'deep_scan');
  return [
    `${inRole('deep_scan')} by ${consensus.strategy}`,
    ...others.map((role) => `${role}: ${inRole(role)}`),
    ...(reserves.length === 0 ? [] : [`in reserve: ${idsOf(reserves)}`]),
  ].join('; ');
}

function render({ file, valid, problems, warnings, plan }: Verdict): string {
  const lines = [...problems.map((problem) => formatProblem(file, problem)), ...warnings.map((warning) => `warning: ${warning}`)];
  lines.push(valid ? `${file}: ok (${plan})` : `${file} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}`);
  return `${lines.join('\n')}\n`;
}
