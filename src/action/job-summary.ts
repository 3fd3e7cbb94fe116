import { cutBody } from '#report/markdown/cut-body.ts';
import { escapeInline } from '#report/markdown/escape.ts';
import { cutText } from '#report/plain-text.ts';

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits: 1 MiB for each step. */
const MAX_BYTES = 1024 * 1024;

/** The report on the page of the run, below what could not be shown elsewhere. */
export function renderJobSummary(report: string, told: readonly string[]): string {
  const notes = told.map((sentence) => `> ${escapeInline(cutText(sentence, 1000))}\n`).join('>\n');
  return cutBytes(notes === '' ? report : `${notes}\n${report}`);
}

/** A summary of one sentence. */
export function renderNotice(title: string, sentence: string): string {
  return `## Aegis: ${title}\n\n${escapeInline(cutText(sentence, 2000))}\n`;
}

/** GitHub drops a summary that is too long as a whole. */
function cutBytes(text: string): string {
  // `cutBody` counts characters, of which one may be four bytes.
  return Buffer.byteLength(text) <= MAX_BYTES ? text : cutBody(text, '\n', MAX_BYTES / 4);
}
