import { type AegisError, ConfigError } from '#model/errors.ts';
import type { Publication } from '#model/publication.ts';
import { REVIEW_AGAIN } from './buttons.ts';
import { cutBody } from './markdown/cut-body.ts';
import { codeSpan, escapeInline } from './markdown/escape.ts';
import { SUMMARY_MARKER } from './markdown/summary.ts';
import { cutText, oneLine } from './plain-text.ts';

/**
 * What is seen of a review that could not run: a check that asks for action and a summary, with the same sentences
 * as the command line. All problems of a configuration are told at once, with their places.
 */
export function describeFault(fault: { readonly scanId: string; readonly error: AegisError; readonly checkName?: string }): Publication {
  const { scanId, error, checkName = 'Aegis' } = fault;
  const problems = error instanceof ConfigError ? error.problems : [];
  const rows = problems.map(({ source, line, column, key, message }) => {
    const at = key === '' ? '' : ` ${codeSpan(key)}`;
    return `- ${source === undefined ? '' : `${codeSpan(source)}, `}line ${line}, column ${column}:${at} ${escapeInline(cutText(message, 500))}`;
  });
  const parts = [
    '## Aegis: the review could not run',
    `${escapeInline(cutText(error.message, 1000))}. The change was **not reviewed**.`,
    rows.join('\n'),
    `**Mend it:** ${escapeInline(cutText(error.hint, 1000))}`,
  ];
  const body = parts.filter((part) => part !== '').join('\n\n');
  return {
    scanId,
    check: {
      name: checkName,
      conclusion: 'action_required',
      title: cutText(`The review could not run: ${oneLine(error.message)}`, 255),
      summary: cutBody(body),
      annotations: [],
      buttons: [REVIEW_AGAIN],
    },
    review: null,
    summary: cutBody(body, `\n\n${SUMMARY_MARKER}`),
    sarif: null,
    closed: [],
    blocks: true,
  };
}
