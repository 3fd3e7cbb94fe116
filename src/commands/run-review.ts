import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { readConfig } from '#config/read-config.ts';
import { InputError } from '#model/errors.ts';
import { SEVERITIES, type Severity } from '#model/severity.ts';
import { exitCodeOf } from '#report/exit-code.ts';
import { readConfigFile } from './config-file.ts';
import { showPreview } from './preview.ts';
import { showProgress } from './progress.ts';
import type { ReviewDeps, Subject } from './review-deps.ts';
import { safeText } from './safe-text.ts';
import { splitList } from './split-list.ts';

/** Options that `aegis review` and `aegis scan` share. */
export interface ReviewOptions {
  config?: string;
  models?: string[];
  strategy?: string;
  scope?: 'added' | 'hunks' | 'file';
  failOn?: Severity | 'none';
  format: string;
  output?: string;
  dryRun?: boolean;
  /** False by `--no-cache`. */
  cache: boolean;
}

export function addReviewOptions(command: Command, deps: Pick<ReviewDeps, 'known' | 'reporters'>): Command {
  return command
    .option('--config <file>', 'configuration instead of .aegis.yml')
    .option('--models <list>', 'models instead of those of the configuration: registered ids or TYPE:NAME, comma-separated', splitList)
    .addOption(new Option('--strategy <name>', 'how the models become one answer').choices([...deps.known.strategies]))
    .addOption(new Option('--scope <scope>', 'which findings count').choices(['added', 'hunks', 'file']))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices([...SEVERITIES, 'none']))
    .addOption(
      new Option('--format <format>', 'how the result is written').choices(deps.reporters.map((reporter) => reporter.id)).default('pretty'),
    )
    .option('--output <file>', 'write the result to a file')
    .option('--no-cache', 'ask every model again, and keep no answer')
    .option('--dry-run', 'show what would be reviewed by whom, and call nothing');
}

/** Configuration, plan, scan, report, exit code: the same for a change and for whole files. */
export async function runReview(subject: Subject, options: ReviewOptions, deps: ReviewDeps): Promise<void> {
  const file = await readConfigFile(deps.cwd, options.config);
  const { config, warnings } = readConfig(file.text ?? '', file.source, deps.known);
  const {
    plan,
    settings,
    warnings: further,
  } = await deps.resolvePlan(config, {
    ...(options.models && { models: options.models }),
    ...(options.strategy && { strategy: options.strategy }),
    ...(options.scope && { scope: options.scope }),
  });
  for (const warning of [...warnings, ...further]) deps.io.err(safeText(`aegis: ${warning}\n`));
  const world = { reader: subject.reader, attributes: subject.attributes, signal: deps.signal };
  if (options.dryRun === true) {
    deps.io.out(showPreview(await deps.preview(subject.change, plan, world), plan));
    deps.exit(0);
    return;
  }
  const result = await deps.scan(subject.change, plan, {
    ...world,
    emit: showProgress(deps.io),
    cache: options.cache,
    wantsOutput: deps.io.isTerminal,
  });
  const reporter = deps.reporters.find((one) => one.id === options.format);
  if (reporter === undefined) throw new InputError(`the format ${options.format} is not known`, { hint: 'See `aegis review --help`.' });
  const toFile = options.output !== undefined;
  const text = reporter.render(result, {
    color: deps.io.color && !toFile,
    width: deps.io.width,
    category: settings.sarif.category,
    version: deps.version,
  });
  if (options.output === undefined) deps.io.out(text);
  else await writeOutput(resolve(deps.cwd, options.output), text);
  deps.exit(exitCodeOf(result, options.failOn ?? settings.failOn));
}

async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new InputError(`the result cannot be written to ${path}`, {
      hint: 'Give --output a path in a folder that exists and can be written.',
      cause,
    });
  }
}
