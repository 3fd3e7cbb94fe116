import { type Command, InvalidArgumentError, Option } from 'commander';
import { strategyNames } from '#config/known-parts.ts';
import { replayRules } from '#config/replay-rules.ts';
import type { ConsensusRules } from '#model/plan.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { SEVERITIES, type Severity } from '#model/severity.ts';
import type { KeptScan } from '#ports/scan-records.ts';
import { exitCodeOf } from '#report/exit-code.ts';
import { toJsonText } from '#report/json-text.ts';
import { ARCHIVE_DATABASE, type Archive, type ArchiveDeps, type ArchiveOptions, atArchive } from './archive-deps.ts';
import { textTable } from './models/text-table.ts';
import { safeText } from './safe-text.ts';
import { writeResult } from './write-result.ts';

interface ReplayOptions extends ArchiveOptions {
  readonly strategy?: string;
  readonly threshold?: number;
  readonly failOn: Severity | 'none';
  readonly format: string;
  readonly output?: string;
}

/** `aegis replay`: a kept scan is merged again. Calls no model, reads no repository, needs no network. */
export function registerReplay(program: Command, deps: ArchiveDeps): void {
  program
    .command('replay')
    .description(
      'Merge a kept scan again, under another strategy if wished, without calling a model. Without a scan, list those that are kept. Exit codes as of `aegis review`.',
    )
    .argument('[scan]', 'id of a kept scan, the beginning of one, or last')
    .option(
      '--strategy <name>',
      `how the models become one answer: ${strategyNames(deps.known).join(', ')}, or a stored consensus pipeline`,
    )
    .option('--threshold <share>', 'share of the weights that a weighted vote asks for, 0 to 1', readShare)
    .addOption(new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices([...SEVERITIES, 'none']).default('high'))
    .addOption(
      new Option('--format <format>', 'how the result is written; the list is a table, or json')
        .choices(deps.reporters.map((reporter) => reporter.id))
        .default('pretty'),
    )
    .option('--output <file>', 'write the result to a file')
    .option('--database', ARCHIVE_DATABASE)
    .action(async (scan: string | undefined, options: ReplayOptions) => {
      await atArchive(deps, options, async (archive) => {
        if (scan === undefined) deps.io.out(showList(await archive.records.list(), options.format));
        else await replayScan(scan, archive, options, deps);
      });
      if (scan === undefined) deps.exit(0);
    });
}

async function replayScan(scan: string, archive: Archive, options: ReplayOptions, deps: ArchiveDeps): Promise<void> {
  const { record } = await archive.records.load(scan);
  const { strategy, threshold } = options;
  const { strategies } = deps.known;
  const isStored = strategy !== undefined && !strategyNames(deps.known).includes(strategy);
  const pipelines = isStored ? await archive.pipelines.list() : [];
  const rules = replayRules(record.plan, { strategy, threshold }, { strategies, pipelines });
  const result = await deps.replay(record, rules, rules.learned ? await archive.judgements.records() : []);
  const missing = tellMissing(result, rules);
  if (missing !== null) deps.io.err(safeText(`aegis: ${missing}\n`));
  // As `aegis review` has them by default: a record holds the plan, and no settings of the report.
  await writeResult(result, { format: options.format, output: options.output, category: 'aegis' }, deps);
  deps.exit(exitCodeOf(result, { severity: options.failOn, paths: [] }));
}

/** The scan asked its judge what its own strategy left open, and no more. */
function tellMissing({ consensus }: ScanResult, { fallback }: ConsensusRules): string | null {
  const { judged } = consensus;
  if (judged === undefined || judged.unheard === 0) return null;
  const all = judged.confirmed + judged.rejected + judged.uncertain + judged.unheard;
  return `the scan holds no verdict of a judge on ${judged.unheard} of the ${all} cases that this strategy puts to one: ${fallback} decided them`;
}

function showList(kept: readonly KeptScan[], format: string): string {
  if (format === 'json') return toJsonText(kept);
  if (kept.length === 0) return 'no scan is kept yet\n';
  const columns = [
    ...['scan', 'when', 'conclusion'].map((name) => ({ name })),
    { name: 'findings', right: true },
    ...['strategy', 'what'].map((name) => ({ name })),
  ];
  const rows = kept.map(({ id, at, conclusion, findings, strategy, what }) => [
    id,
    whenText(at),
    conclusion,
    `${findings}`,
    strategy,
    what,
  ]);
  return safeText(textTable(columns, rows));
}

/** To the minute, UTC. */
function whenText(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')}Z`;
}

function readShare(value: string): number {
  const share = Number(value);
  if (value.trim() === '' || !(share >= 0 && share <= 1)) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return share;
}
