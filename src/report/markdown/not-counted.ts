import { groupBy } from '#lib/group-by.ts';
import { counts, type Finding, type SuppressedBy } from '#model/finding.ts';
import type { InlineIgnore } from '#model/lifecycle.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { isGivenReason, readDismissal, SUPPRESSED } from '../suppressions.ts';
import { countOf } from '../wording.ts';
import { codeSpan, escapeInline } from './escape.ts';
import { cutPath, cutPlace } from './findings-table.ts';
import { fitRows } from './fit-rows.ts';

/** Reasons that a sentence takes; the folded list below it has more. */
const MOST_REASONS = 3;

/** What was found and does not count, and why; comments in the code that ask for it and are not obeyed. */
export function renderNotCounted({ findings, unplaced, ignores = [] }: ScanResult): string {
  const suppressed = findings.filter((finding) => !counts(finding));
  const kinds = [...groupBy(suppressed, ({ suppressedBy }) => suppressedBy)].flatMap(([by, group]) =>
    by === null ? [] : [`${group.length} ${SUPPRESSED[by]}${quoteReasons(by, group)}`],
  );
  const sentences = [
    ...(kinds.length === 0 ? [] : [`Not counted: ${kinds.join(', ')}.`]),
    ...(unplaced === 0
      ? []
      : [`${countOf(unplaced, 'claim')} named no place in this change and ${unplaced === 1 ? 'is' : 'are'} not shown.`]),
  ];
  return [sentences.join(' '), renderDisobeyed(ignores), renderList(suppressed, ignores)].filter((part) => part !== '').join('\n\n');
}

function quoteReasons(by: SuppressedBy, group: readonly Finding[]): string {
  if (!isGivenReason(by)) return '';
  const said = [...new Set(group.map(({ suppressedReason }) => quoteReason(by, suppressedReason)))].filter((words) => words !== '');
  const more = said.length - MOST_REASONS;
  return said.length === 0 ? '' : ` (${[...said.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')})`;
}

/** `“fixtures”`; of a dismissal `by @octocat: “a fixture”`. */
function quoteReason(by: SuppressedBy, reason: string | null): string {
  const { actor, words } = by === 'dismissed' ? readDismissal(reason) : { actor: null, words: reason ?? '' };
  const quoted = words.trim() === '' ? '' : `“${escapeInline(cutText(words, 200))}”`;
  return [...(actor === null ? [] : [`by ${escapeInline(`@${actor}`)}`]), ...(quoted === '' ? [] : [quoted])].join(': ');
}

const MOST_IGNORES = 5;

/** Nobody may silence the review of their own change: what they ask for is shown instead. */
function renderDisobeyed(ignores: readonly InlineIgnore[]): string {
  const added = ignores.filter(({ obeyed, added: isNew }) => isNew && !obeyed);
  if (added.length === 0) return '';
  const ask = added.length === 1 ? 'asks' : 'ask';
  return `**This change adds ${countOf(added.length, 'comment')} that ${ask} to ignore findings.** Shown, not obeyed:\n\n${listIgnores(added)}`;
}

function listIgnores(ignores: readonly InlineIgnore[]): string {
  const lines = ignores.slice(0, MOST_IGNORES).map(describeIgnore);
  const more = ignores.length - lines.length;
  return [...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

/** `` - `src/a.js:3` (CWE-89): “a fixture”, 1 finding ``, as a line of a list. */
function describeIgnore({ path, line, cwes, reason, findings }: InlineIgnore): string {
  const what =
    cwes.length === 0
      ? 'any weakness'
      : cwes
          .slice(0, 5)
          .map((cwe) => escapeInline(cutText(cwe, 20)))
          .join(', ');
  const why = reason.trim() === '' ? '' : `: “${escapeInline(cutText(reason, 150))}”`;
  return `- ${codeSpan(`${cutPath(path)}:${line}`)} (${what})${why}, ${findings === 0 ? 'for no finding' : `for ${countOf(findings, 'finding')}`}`;
}

/** Signs that the folded list takes of a comment. */
const ROOM = 6_000;

function renderList(suppressed: readonly Finding[], ignores: readonly InlineIgnore[]): string {
  const obeyed = ignores.filter((ignore) => ignore.obeyed);
  const unreasoned = ignores.filter((ignore) => !ignore.obeyed && !ignore.added);
  if (suppressed.length + obeyed.length + unreasoned.length === 0) return '';
  const { rows, more } = fitRows(listRows(suppressed), suppressed.length, ROOM);
  const parts = [
    rows.length === 0 ? '' : `| not counted | where | why |\n|---|---|---|\n${rows.join('\n')}`,
    more > 0 ? `… and ${more} more; the JSON report lists all.` : '',
    obeyed.length === 0 ? '' : `Comments in the code that are obeyed:\n\n${listIgnores(obeyed)}`,
    unreasoned.length === 0 ? '' : `Comments in the code that are not obeyed, because they give no reason:\n\n${listIgnores(unreasoned)}`,
  ];
  return `<details><summary>What does not count, and why</summary>\n\n${parts.filter((part) => part !== '').join('\n\n')}\n</details>`;
}

function* listRows(suppressed: readonly Finding[]): Generator<string> {
  for (const finding of suppressed) {
    const { suppressedBy: by, suppressedReason, title, severity } = finding;
    if (by === null) continue;
    const why = [SUPPRESSED[by], ...(isGivenReason(by) ? [quoteReason(by, suppressedReason)] : [])]
      .filter((words) => words !== '')
      .join(' ');
    yield `| ${severity} ${escapeInline(cutText(title, 100))} | ${codeSpan(cutPlace(finding))} | ${why} |`;
  }
}
