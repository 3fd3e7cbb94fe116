import { counts } from '#model/finding.ts';
import { exitCodeOf } from '#report/exit-code.ts';
import type { ActionLog } from './action-log.ts';
import type { ActionContext } from './context.ts';
import { type ActionInputs, OUTPUTS, type OutputName } from './inputs.ts';
import type { ReadOnly } from './job.ts';
import { renderJobSummary, renderNotice } from './job-summary.ts';
import { outputEntry } from './output-entry.ts';
import type { Ending } from './review-subject.ts';

export interface Places {
  /** Absolute path of a file that is written beside the step. */
  resolve(path: string): string;
  readonly temporaryFolder: string;
}

type ShowContext = Pick<ActionContext, 'io' | 'now' | 'reporters' | 'version'> & { readonly log: ActionLog };

/** Endings of the files that reports are written to. */
const ENDINGS: Readonly<Record<string, string>> = {
  markdown: 'md',
  json: 'json',
  sarif: 'sarif',
  csv: 'csv',
  gitlab: 'json',
  rdjson: 'json',
};

/** Shows what became of the review: files, outputs, log and the summary of the job. Answers the exit code. */
export async function showEnding(
  ending: Ending,
  {
    inputs,
    places,
    readOnly,
    began,
  }: { readonly inputs: ActionInputs; readonly places: Places; readonly readOnly: ReadOnly | null; readonly began: string },
  ctx: ShowContext,
): Promise<number> {
  if (ending.kind !== 'reviewed') return await showNotReviewed(ending, ctx);
  const { result, settings } = ending;
  const options = { color: false, width: 120, category: settings.sarif.category, version: ctx.version, began, ended: ctx.now() };
  const render = (id: string) => ctx.reporters.find((reporter) => reporter.id === id)?.render(result, options) ?? '';
  const sarifFile = places.resolve(inputs.sarifFile ?? `${places.temporaryFolder}/aegis.sarif`);
  const reportFile = places.resolve(`${places.temporaryFolder}/aegis-report.${ENDINGS[inputs.format] ?? 'txt'}`);
  await ctx.io.writeFile(sarifFile, render('sarif'));
  await ctx.io.writeFile(reportFile, render(inputs.format));
  const told = tellDegraded(ending.degraded, readOnly);
  for (const sentence of told) ctx.log.annotate('warning', sentence);
  for (const note of ending.notes) ctx.log.say(`aegis: ${note}`);
  ctx.log.report(render('github'));
  await ctx.io.appendSummary(renderJobSummary(render('markdown'), told));
  await writeOutputs(ctx, {
    conclusion: result.conclusion,
    'findings-count': String(result.findings.filter(counts).length),
    'sarif-file': sarifFile,
    'report-file': reportFile,
    'cost-usd': String(Number(result.spending.usd.toFixed(6))),
  });
  return exitCodeOf(result, settings.failRule);
}

/** Nothing was reviewed, and that must not look like a pass. */
async function showNotReviewed(ending: Exclude<Ending, { kind: 'reviewed' }>, ctx: ShowContext): Promise<number> {
  const sentence = `Not reviewed: ${ending.reason}.`;
  ctx.log.annotate('notice', sentence);
  await ctx.io.appendSummary(renderNotice('not reviewed', sentence));
  await writeOutputs(ctx, { conclusion: ending.kind, 'findings-count': '0', 'sarif-file': '', 'report-file': '', 'cost-usd': '0' });
  return 0;
}

/** Writes every output once, in one piece. */
export async function writeOutputs({ io }: Pick<ActionContext, 'io'>, values: Readonly<Record<OutputName, string>>): Promise<void> {
  const delimiter = `aegis_${io.random()}`;
  const names = Object.keys(OUTPUTS) as OutputName[];
  await io.appendOutput(names.map((name) => outputEntry(name, values[name], delimiter)).join(''));
}

const WHY: Readonly<Record<ReadOnly, string>> = {
  fork: 'GitHub gives the workflow of a fork’s pull request a token that may not write',
  dependabot: 'the token of a workflow that Dependabot sets off may not write unless its `permissions` say so',
};

/** What could not be shown, as sentences. A token that may not write is no fault of the change: it decides nothing. */
function tellDegraded(degraded: readonly string[], readOnly: ReadOnly | null): readonly string[] {
  const refused = degraded.filter((clause) => /^(?:review|summary comment|threads)\b.*not accessible/i.test(clause));
  const others = degraded.filter((clause) => !refused.includes(clause)).map((clause) => `Not shown as meant: ${clause}.`);
  if (refused.length === 0) return others;
  const why = readOnly === null ? 'the token may not write there: give the job `permissions: pull-requests: write`' : WHY[readOnly];
  return [`Nothing was posted on the pull request, because ${why}. Everything that was found is told here.`, ...others];
}
