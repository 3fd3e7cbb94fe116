import { Argument, type Command, Option } from 'commander';
import { groupBy } from '#lib/group-by.ts';
import { InputError } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import { languageOf } from '#model/language.ts';
import type { ModelRecord } from '#model/model-record.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import { JUDGEMENTS, type JudgementKind } from '#ports/judgements.ts';
import { toJsonText } from '#report/json-text.ts';
import { oneLine } from '#report/plain-text.ts';
import { ARCHIVE_DATABASE, type Archive, type ArchiveDeps, type ArchiveOptions, atArchive } from './archive-deps.ts';
import { textTable } from './models/text-table.ts';
import { safeText } from './safe-text.ts';

interface FeedbackOptions extends ArchiveOptions {
  readonly scan: string;
  readonly reason: string;
  readonly format: 'pretty' | 'json';
}

/** `aegis feedback`: what a person holds of a finding, from which `weights: auto` learns. */
export function registerFeedback(program: Command, deps: ArchiveDeps): void {
  program
    .command('feedback')
    .description('Say of a finding whether it was right: `weights: auto` learns from it. Without a finding, show the record of each model.')
    .argument('[finding]', 'id of a finding of a kept scan')
    .addArgument(new Argument('[judgement]', 'what you hold of it').choices(JUDGEMENTS))
    .option('--scan <scan>', 'the scan that found it: an id, the beginning of one, or last', 'last')
    .option('--reason <text>', 'why', '')
    .addOption(new Option('--format <format>', 'how the record is written').choices(['pretty', 'json']).default('pretty'))
    .option('--database', ARCHIVE_DATABASE)
    .action(async (id: string | undefined, kind: JudgementKind | undefined, options: FeedbackOptions) => {
      const done = await atArchive(deps, options, async (archive) => {
        if (id === undefined) return showRecords(await archive.judgements.records(), options.format);
        if (kind === undefined)
          throw new InputError(`what you hold of ${id} is missing`, { hint: `Say one of ${JUDGEMENTS.join(', ')} after it.` });
        return await judge(id, kind, options, archive, deps);
      });
      deps.io.out(safeText(done));
      deps.exit(0);
    });
}

async function judge(
  id: string,
  kind: JudgementKind,
  { scan, reason }: FeedbackOptions,
  archive: Archive,
  deps: ArchiveDeps,
): Promise<string> {
  const { id: scanId, record } = await archive.records.load(scan);
  const finding = await findIn(record, id, deps);
  if (finding === null)
    throw new InputError(`there is no finding ${id} in the scan ${scanId}`, { hint: `\`aegis replay ${scanId}\` shows its findings.` });
  const { fingerprint, cwe, path, startLine, title } = finding;
  const models = [...new Set(finding.models.filter(({ verdict }) => verdict === 'reported').map((model) => model.id))];
  const language = languageIn(record, path);
  await archive.judgements.record({ fingerprint, kind, reason, cwe, language, models });
  return `${finding.id} (${oneLine(title)}, ${oneLine(path)}:${startLine}) is ${kind}; it counts for ${models.join(', ') || 'no model'}\n`;
}

/** A finding by its id or its fingerprint. One that only another strategy keeps is found, too. */
async function findIn(record: ScanRecord, wanted: string, deps: Pick<ArchiveDeps, 'replay'>): Promise<Finding | null> {
  const key = wanted.trim().toLowerCase();
  const find = (findings: readonly Finding[]) => findings.find(({ id, fingerprint }) => id === key || fingerprint === key);
  const shown = find(record.result.findings);
  if (shown !== undefined) return shown;
  const { consensus } = record.plan;
  const all = { ...consensus, learned: false, steps: [{ kind: 'vote', strategy: 'union', threshold: consensus.threshold }] } as const;
  return find((await deps.replay(record, all, [])).findings) ?? null;
}

/** As the scan had it: a file without an ending is known by its first line. */
function languageIn({ chunks }: ScanRecord, path: string): string | null {
  const file = chunks.flatMap(({ files }) => files).find((one) => one.path === path);
  return file === undefined ? languageOf(path) : file.language;
}

function showRecords(records: readonly ModelRecord[], format: 'pretty' | 'json'): string {
  if (format === 'json') return toJsonText(records);
  if (records.length === 0) return 'nothing is judged yet\n';
  const byModel = groupBy(records, ({ modelId }) => modelId);
  const rows = [...byModel].map(([modelId, ofModel]) => {
    const right = ofModel.reduce((sum, one) => sum + one.right, 0);
    const wrong = ofModel.reduce((sum, one) => sum + one.wrong, 0);
    return [modelId, `${right}`, `${wrong}`, `${Math.round((100 * right) / (right + wrong))} %`];
  });
  return textTable([{ name: 'model' }, ...['right', 'wrong', 'share'].map((name) => ({ name, right: true }))], rows);
}
