import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { strategyNames } from '#config/known-parts.ts';
import { readLayers } from '#config/read-config.ts';
import { InputError } from '#model/errors.ts';
import { NO_MEMORY } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import { SEVERITIES, type Severity } from '#model/severity.ts';
import type { ScanPreview } from '#pipeline/preview/preview-scan.ts';
import { exitCodeOf } from '#report/exit-code.ts';
import { toJsonText } from '#report/json-text.ts';
import { readConfigFiles } from './config-file.ts';
import { planDocument } from './plan-document.ts';
import { showPreview } from './preview.ts';
import { showProgress } from './progress.ts';
import { readBaseline, warnOfBaseline } from './read-baseline.ts';
import type { ReviewDeps, Subject } from './review-deps.ts';
import { safeText } from './safe-text.ts';
import { splitList } from './split-list.ts';
import { writeOutput, writeResult } from './write-result.ts';

/** Options that `aegis review` and `aegis scan` share. */
export interface ReviewOptions {
  config?: string;
  models?: string[];
  strategy?: string;
  scope?: 'added' | 'hunks' | 'file';
  failOn?: Severity | 'none';
  /** A file of findings that are known and do not count. */
  baseline?: string;
  format: string;
  output?: string;
  plan?: boolean;
  /** Another word for `plan`. */
  dryRun?: boolean;
  /** False by `--no-cache`. */
  cache: boolean;
}

export function addReviewOptions(command: Command, deps: Pick<ReviewDeps, 'known' | 'reporters'>): Command {
  return command
    .option('--config <file>', 'configuration instead of .aegis.yml')
    .option('--models <list>', 'models instead of those of the configuration: registered ids or TYPE:NAME, comma-separated', splitList)
    .addOption(new Option('--strategy <name>', 'how the models become one answer').choices(strategyNames(deps.known)))
    .addOption(new Option('--scope <scope>', 'which findings count').choices(['added', 'hunks', 'file']))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices([...SEVERITIES, 'none']))
    .option('--baseline <file>', 'findings that are known and do not count: what --format json or sarif wrote, or SARIF of another tool')
    .addOption(
      new Option('--format <format>', 'how the result is written').choices(deps.reporters.map((reporter) => reporter.id)).default('pretty'),
    )
    .option('--output <file>', 'write the result to a file')
    .option('--no-cache', 'ask every model again, and keep no answer')
    .option('--plan', 'show who would be asked what and what that could cost, and call nothing (as pretty or json)')
    .option('--dry-run', 'the same as --plan');
}

/** Configuration, plan, scan, report, exit code: the same for a change and for whole files. */
export async function runReview(subject: Subject, options: ReviewOptions, deps: ReviewDeps): Promise<void> {
  const { layers } = await readConfigFiles(deps.cwd, options.config);
  const { config } = readLayers(layers, deps.known);
  const { plan, settings, warnings } = await deps.resolvePlan(config, {
    ...(options.models && { models: options.models }),
    ...(options.strategy && { strategy: options.strategy }),
    ...(options.scope && { scope: options.scope }),
  });
  for (const warning of warnings) deps.io.err(safeText(`aegis: ${warning}\n`));
  const world = { reader: subject.reader, attributes: subject.attributes, signal: deps.signal };
  if (options.plan === true || options.dryRun === true) {
    await showPlan(options, () => deps.preview(subject.change, plan, world), plan, deps);
    deps.exit(0);
    return;
  }
  const baseline = options.baseline === undefined ? [] : await readBaseline(resolve(deps.cwd, options.baseline));
  const blind = warnOfBaseline(baseline);
  if (blind !== null) deps.io.err(safeText(`aegis: ${blind}\n`));
  const result = await deps.scan(subject.change, plan, {
    ...world,
    memory: { ...NO_MEMORY, baseline },
    emit: showProgress(deps.io),
    cache: options.cache,
    wantsOutput: deps.io.isTerminal,
    kept: (id) => {
      if (id !== null && deps.io.isTerminal) deps.io.err(`  kept as ${id}: \`aegis replay ${id} --strategy …\` merges it again\n`);
    },
  });
  await writeResult(result, { format: options.format, output: options.output, category: settings.sarif.category }, deps);
  deps.exit(exitCodeOf(result, options.failOn === undefined ? settings.failRule : { severity: options.failOn, paths: [] }));
}

async function showPlan(
  { format, output }: ReviewOptions,
  preview: () => Promise<ScanPreview>,
  plan: Plan,
  deps: Pick<ReviewDeps, 'io' | 'cwd'>,
): Promise<void> {
  if (format !== 'pretty' && format !== 'json') {
    throw new InputError(`a plan is not written as ${format}`, { hint: 'Take --format pretty or json, or leave --plan out.' });
  }
  const made = await preview();
  await writeOutput(format === 'json' ? toJsonText(planDocument(made, plan)) : showPreview(made, plan), output, deps);
}
