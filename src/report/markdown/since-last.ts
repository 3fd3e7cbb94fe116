import { counts, type FindingState } from '#model/finding.ts';
import type { GoneFinding } from '#model/lifecycle.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { countOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeInline } from './escape.ts';
import { cutPath } from './findings-table.ts';

/** Gone findings of a kind that are named. */
const MOST_NAMED = 5;

/** What became of the findings of the scan before: the counts in a sentence, what is gone by name below it; empty where there was none. */
export function renderSince({ since, findings }: ScanResult, { headSha }: Pick<MarkdownContext, 'headSha'>): string {
  if (since === undefined) return '';
  const count = (state: FindingState) => findings.filter((finding) => counts(finding) && finding.state === state).length;
  const facts = [
    since.fixed.length === 0 ? '' : `**${since.fixed.length} fixed**`,
    said(count('persisting'), 'still there'),
    said(count('new'), 'new'),
    said(count('reopened'), 'reopened'),
    said(since.unknown.length, 'not looked at again'),
  ].filter((fact) => fact !== '');
  const { carriedHunks } = since;
  const carried =
    carriedHunks === 0
      ? ''
      : ` ${countOf(carriedHunks, 'hunk')} ${carriedHunks === 1 ? 'is as it was' : 'are as they were'} and cost no call.`;
  const sentence = `${titleOf(since.headSha, headSha)} ${facts.length === 0 ? 'no finding came or went' : facts.join(', ')}.${carried}`;
  const gone = [...nameGone('fixed', since.fixed), ...nameGone('not looked at again', since.unknown)];
  return [sentence, gone.join('\n')].filter((part) => part !== '').join('\n\n');
}

function said(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

function titleOf(before: string | null, now: string | null): string {
  if (before === null) return '**Since the last review:**';
  return before === now ? '**Since the last review of this commit:**' : `**Since the last push** (${codeSpan(before.slice(0, 7))}):`;
}

function nameGone(what: string, gone: readonly GoneFinding[]): string[] {
  const named = gone.slice(0, MOST_NAMED).map(({ title, path, because }) => {
    const why = because === '' ? '' : `: ${escapeInline(cutText(because, 150))}`;
    return `- ${what}: ${escapeInline(cutText(title, 100))} in ${codeSpan(cutPath(path))}${why}`;
  });
  const more = gone.length - named.length;
  return [...named, ...(more > 0 ? [`- ${what}: ${more} more`] : [])];
}
