import { counts } from '#model/finding.ts';
import type { ModelSummary, ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { cachedCallsOf, countOf, durationOf, judgedOf, strategyName, totalCostOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeInline } from './escape.ts';
import { cutPath } from './findings-table.ts';
import { fitRows } from './fit-rows.ts';

/** The technical part of a summary, folded: what was covered, which models answered, what it cost. */
export function renderFolded(result: ScanResult, ctx: Pick<MarkdownContext, 'version' | 'scanId' | 'headSha'>): string {
  const { consensus, timing } = result;
  const facts = [
    escapeInline(strategyName(consensus.strategy)),
    `${countOf(result.claims, 'claim')} → ${countOf(result.findings.filter(counts).length, 'finding')}`,
    ...[judgedOf(consensus), cachedCallsOf(result.models)].filter((fact) => fact !== null),
    totalCostOf(result.models),
    durationOf(timing.totalMs),
    ...(ctx.headSha === null ? [] : [`commit ${codeSpan(ctx.headSha.slice(0, 7))}`]),
    `Aegis ${ctx.version}`,
    ...(ctx.scanId === null ? [] : [`scan ${codeSpan(ctx.scanId)}`]),
  ];
  return `<details><summary>Coverage, models, cost</summary>

${coverageTable(result)}

${modelTable(result.models)}

${facts.join(' · ')}
</details>`;
}

/** Signs that the rows of what is left out take of a comment. */
const LEFT_ROOM = 8_000;

function coverageTable({ coverage }: ScanResult): string {
  const { hunks, reviewed, partial, uncovered, skipped, notApplicable, left } = coverage;
  const sums = `| hunks | reviewed | partial | uncovered | skipped | nothing to review |
|---|---|---|---|---|---|
| ${hunks} | ${reviewed} | ${partial} | ${uncovered} | ${skipped} | ${notApplicable} |`;
  if (hunks === 0) return 'The change has no hunks.';
  if (left.length === 0) return sums;
  const all = left.map(
    (row) =>
      `| ${codeSpan(cutPath(row.path))} | ${row.hunks} | ${row.status.replace('_', ' ')} | ${escapeInline(cutText(row.reason, 300))} |`,
  );
  const { rows, more } = fitRows(all, all.length, LEFT_ROOM);
  const rest = more > 0 ? `\n\n… and ${countOf(more, 'more row')}.` : '';
  return `${sums}\n\n| not reviewed | hunks | status | why |\n|---|---|---|---|\n${rows.join('\n')}${rest}`;
}

/** Signs that the rows of the models take of a comment. */
const MODELS_ROOM = 6_000;

function modelTable(models: readonly ModelSummary[]): string {
  if (models.length === 0) return 'No model was asked.';
  const all = models.map((model) => {
    const cells = [
      escapeInline(cutText(model.id, 100)),
      escapeInline(strategyName(cutText(model.role, 100))),
      model.calls,
      model.cached,
      answersOf(model),
      tokensOf(model),
      costOf(model),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const { rows, more } = fitRows(all, all.length, MODELS_ROOM);
  const rest = more > 0 ? `\n\n… and ${countOf(more, 'more row')}.` : '';
  return `| model | role | calls | cached | answers | tokens in / out | cost |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}${rest}`;
}

/** `12`, or `9, 2 failed, 1 truncated (connection refused)`. */
function answersOf(model: ModelSummary): string {
  const faults = (['failed', 'refused', 'truncated', 'unreadable', 'skipped'] as const)
    .filter((kind) => model[kind] > 0)
    .map((kind) => `${model[kind]} ${kind}`);
  const why = model.fault === null ? '' : ` (${escapeInline(cutText(model.fault, 200).replace(/[.]$/, ''))})`;
  return [String(model.answered), ...faults].join(', ') + why;
}

function tokensOf({ tokensIn, tokensOut }: ModelSummary): string {
  if (tokensIn === null && tokensOut === null) return '–';
  return [tokensIn, tokensOut].map((tokens) => (tokens === null ? '?' : tokens.toLocaleString('en-US'))).join(' / ');
}

/** Nothing was asked for an answer that was made now: the model is the owner's. What was never made cost nothing either. */
function costOf({ costUsd, calls, answered, cached }: ModelSummary): string {
  if (calls === 0) return '–';
  if (costUsd === null) return 'unknown';
  if (costUsd === 0) return answered > cached ? 'local' : '$0';
  return `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`;
}
