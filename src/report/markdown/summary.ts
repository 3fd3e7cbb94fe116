import { counts } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { doneWithoutOf, fallbackOf, headline } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { cutBody } from './cut-body.ts';
import { escapeInline } from './escape.ts';
import { renderFindingsTable } from './findings-table.ts';
import { renderFolded } from './folded.ts';
import { renderNotCounted } from './not-counted.ts';
import { renderOpening } from './opening.ts';
import { renderSince } from './since-last.ts';
import { renderStoodIn } from './stood-in.ts';

export const SUMMARY_MARKER = '<!-- aegis:summary -->';

/** The one comment about a scan: conclusion, findings, what does not count; folded, the coverage and the models. */
export function renderSummary(result: ScanResult, ctx: MarkdownContext): string {
  return cutBody(renderSummaryBody(result, ctx), `\n\n${SUMMARY_MARKER}`);
}

/**
 * The summary without its hidden marker, for reports that go on below it. Every part keeps to a length of its own, so that
 * a review of any size says how much of it is not listed.
 */
export function renderSummaryBody(result: ScanResult, ctx: MarkdownContext): string {
  const parts = [
    `## Aegis: ${headline(result, ctx.failRule)}`,
    renderOpening(result, ctx),
    renderFindingsTable(result.findings.filter(counts), result.since !== undefined, ctx),
    renderSince(result, ctx),
    renderNotCounted(result),
    renderStoodIn(result),
    renderNotes(result, ctx),
    renderFolded(result, ctx),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const MOST_NOTES = 10;

function renderNotes(result: ScanResult, ctx: MarkdownContext): string {
  const { consensus } = result;
  const fellBack = [fallbackOf(consensus), doneWithoutOf(result)].filter((sentence) => sentence !== null).map(escapeInline);
  const told = ctx.notes.slice(0, MOST_NOTES).map((note) => escapeInline(cutText(note, 500)));
  const more = ctx.notes.length - told.length;
  return [...fellBack, ...told, ...(more > 0 ? [`… and ${more} more.`] : [])].map((note) => `> ${note}`).join('\n>\n');
}
