import { type Command, Option } from 'commander';
import { formatProblem, readConfig } from '#config/read-config.ts';
import { ConfigError, type ConfigProblem } from '#model/errors.ts';
import type { Plan } from '#model/plan.ts';
import { readConfigFile } from './config-file.ts';
import type { ReviewDeps } from './review-deps.ts';
import { safeText } from './safe-text.ts';

export type ConfigDeps = Pick<ReviewDeps, 'io' | 'cwd' | 'known' | 'resolvePlan' | 'exit'>;

/** `aegis config`: what has to do with `.aegis.yml`. */
export function registerConfig(program: Command, deps: ConfigDeps): void {
  const config = program.command('config').description('Work with .aegis.yml.');
  config
    .command('validate')
    .description('Check a configuration and tell all its problems. Exit code: 0 when it is valid, else 2.')
    .argument('[file]', 'the configuration (default: .aegis.yml of this repository)')
    .addOption(new Option('--format <format>', 'how the problems are written').choices(['pretty', 'json']).default('pretty'))
    .action(async (file: string | undefined, { format }: { format: 'pretty' | 'json' }) => {
      const verdict = await validate(file, deps);
      if (format === 'json') deps.io.out(`${JSON.stringify(verdict, null, 2)}\n`);
      else deps.io.out(safeText(render(verdict)));
      deps.exit(verdict.problems.length > 0 ? 2 : 0);
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
  const { source, text } = await readConfigFile(deps.cwd, named);
  const { config, warnings } = readConfig(text ?? '', source, deps.known);
  try {
    const resolved = await deps.resolvePlan(config, {});
    const origin = text === null ? 'there is none, the defaults hold; ' : '';
    return {
      file: source,
      valid: true,
      problems: [],
      warnings: [...warnings, ...resolved.warnings],
      plan: `${origin}${describePlan(resolved.plan)}`,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { file: source, valid: false, problems: error.problems, warnings, plan: '' };
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
