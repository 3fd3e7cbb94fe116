import type { Finding, FindingState } from '#model/finding.ts';
import type { Severity } from '#model/severity.ts';
import { cutText } from '../plain-text.ts';
import { countOf, listSeverities, placeOf, votesOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeInline, escapeLinkText } from './escape.ts';
import { fitRows } from './fit-rows.ts';

type TableContext = Pick<MarkdownContext, 'blobUrl' | 'commented' | 'elsewhere'>;

export const DOTS: Readonly<Record<Severity, string>> = { critical: '🔴', high: '🟠', medium: '🟡', low: '🔵', info: '⚪' };

/** Signs that the rows of one text take; a comment has 60,000 for all that it says. */
const ROOM = 24_000;

/** Nobody reads further down a comment. */
const MOST_ROWS = 150;

/** Findings that count, the worst first; apart from them those without a comment. `withStates`: where an earlier scan is known. */
export function renderFindingsTable(findings: readonly Finding[], withStates: boolean, ctx: TableContext): string {
  const { commented } = ctx;
  const has = findings.filter(({ fingerprint }) => commented?.has(fingerprint) ?? false);
  if (commented === null || has.length === 0 || has.length === findings.length) return table(findings, withStates, ROOM, ctx);
  const rest = findings.filter(({ fingerprint }) => !commented.has(fingerprint));
  const first = table(has, withStates, ROOM, ctx);
  const why = `**Without a comment of ${rest.length === 1 ? 'its' : 'their'} own:** ${countOf(rest.length, 'finding')}, over ${codeSpan('review.max_comments')}.`;
  return `${first}\n\n${why}\n\n${table(rest, withStates, Math.max(0, ROOM - first.length), ctx)}`;
}

function table(findings: readonly Finding[], withStates: boolean, room: number, ctx: TableContext): string {
  if (findings.length === 0) return '';
  const { rows, more } = fitRows(listRows(findings.slice(0, MOST_ROWS), withStates, ctx), findings.length, room);
  const state = withStates ? [' state |', '---|'] : ['', ''];
  const shown = rows.length === 0 ? '' : `| | finding | where | agreed |${state[0]}\n|---|---|---|---|${state[1]}\n${rows.join('\n')}\n\n`;
  const hidden = findings.slice(rows.length);
  return (
    shown + (more > 0 ? `… and **${more} more** that this text is too short for: ${listSeverities(hidden)}. ${ctx.elsewhere}` : '')
  ).trimEnd();
}

function* listRows(findings: readonly Finding[], withStates: boolean, ctx: TableContext): Generator<string> {
  for (const finding of findings) {
    const name = escapeInline(cutText(finding.title, 120)) + (finding.cwe === null ? '' : ` (${finding.cwe})`);
    const state = withStates ? ` ${STATES[finding.state]} |` : '';
    yield `| ${DOTS[finding.severity]} ${finding.severity} | ${name} | ${linkTo(finding, ctx)} | ${votesOf(finding)} |${state}`;
  }
}

/** Longer addresses are a stranger's file name: the place is shown without a link then. */
const MOST_ADDRESS = 600;

function linkTo(finding: Finding, { blobUrl }: TableContext): string {
  const place = cutPlace(finding);
  const url = blobUrl?.(finding.path, finding.startLine, finding.endLine);
  return url === undefined || url.length > MOST_ADDRESS ? codeSpan(place) : `[${escapeLinkText(place)}](${url})`;
}

const MOST_PATH = 200;

/** The end of a path says more than its beginning. */
export function cutPlace({ path, ...lines }: Pick<Finding, 'path' | 'startLine' | 'endLine'>): string {
  return placeOf({ path: cutPath(path), ...lines });
}

/** A path of at most 200 signs, without its beginning where it is longer. */
export function cutPath(path: string): string {
  return path.length <= MOST_PATH ? path : `…${path.slice(1 - MOST_PATH).replace(/^[\udc00-\udfff]/, '')}`;
}

export const STATES: Readonly<Record<FindingState, string>> = {
  new: '**new**',
  persisting: 'still there',
  reopened: '**reopened**',
  dismissed: 'dismissed',
  fixed: 'fixed',
  unknown: 'not looked at again',
};
