import { counts } from '#model/finding.ts';
import type { ModelSummary, ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { cachedCallsOf, countOf, durationOf, judgedOf, strategyName, totalCostOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeInline } from './escape.ts';

/** The technical part of a summary, folded: what was covered, which models answered, what it cost. */
export function renderFolded(result: ScanResult, ctx: Pick<MarkdownContext, 'version' | 'scanId'>): string {
  const { consensus, timing } = result;
  const facts = [
    escapeInline(strategyName(consensus.strategy)),
    `${countOf(result.claims, 'claim')} → ${countOf(result.findings.filter(counts).length, 'finding')}`,
    ...[judgedOf(consensus), cachedCallsOf(result.models)].filter((fact) => fact !== null),
    totalCostOf(result.models),
    durationOf(timing.totalMs),
    `Aegis ${ctx.version}`,
    ...(ctx.scanId === null ? [] : [`scan ${codeSpan(ctx.scanId)}`]),
  ];
  return `<details><summary>Coverage, models, cost</summary>

${coverageTable(result)}

${modelTable(result.models)}

${facts.join(' · ')}
</details>`;
}

/** Rows of what is left out that fit a comment. */
const MAX_LEFT = 60;

function coverageTable({ coverage }: ScanResult): string {
  const { hunks, reviewed, partial, uncovered, skipped, notApplicable, left } = coverage;
  const sums = `| hunks | reviewed | partial | uncovered | skipped | nothing to review |
|---|---|---|---|---|---|
| ${hunks} | ${reviewed} | ${partial} | ${uncovered} | ${skipped} | ${notApplicable} |`;
  if (hunks === 0) return 'The change has no hunks.';
  if (left.length === 0) return sums;
  const rows = left
    .slice(0, MAX_LEFT)
    .map((row) => `| ${codeSpan(row.path)} | ${row.hunks} | ${row.status.replace('_', ' ')} | ${escapeInline(cutText(row.reason, 300))} |`);
  const more = left.length - rows.length;
  const rest = more > 0 ? `\n\n… and ${countOf(more, 'more row')}.` : '';
  return `${sums}\n\n| not reviewed | hunks | status | why |\n|---|---|---|---|\n${rows.join('\n')}${rest}`;
}

function modelTable(models: readonly ModelSummary[]): string {
  if (models.length === 0) return 'No model was asked.';
  const rows = models.map((model) => {
    const cells = [
      escapeInline(model.id),
      escapeInline(strategyName(model.role)),
      model.calls,
      model.cached,
      answersOf(model),
      tokensOf(model),
      costOf(model),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `| model | role | calls | cached | answers | tokens in / out | cost |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}`;
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
