import type { Finding } from '#model/finding.ts';
import type { MarkdownContext } from './context.ts';
import { codeBlock } from './escape.ts';

/**
 * The checked replacement of a finding's lines: as a suggestion that can be committed where comments stand on lines, as code
 * elsewhere; empty where there is none. A suggestion is taken character by character, so nothing in it is changed: what
 * could act was not let through when it was checked.
 */
export function renderReplacement({ replacement }: Finding, { suggestions }: Pick<MarkdownContext, 'suggestions'>): string {
  if (replacement === null || suggestions === 'none') return '';
  const { startLine, endLine, text } = replacement;
  const lines = startLine === endLine ? `line ${startLine}` : `lines ${startLine} to ${endLine}`;
  if (suggestions === 'code') return text === '' ? `Remove ${lines}.` : `In place of ${lines}:\n\n${codeBlock(text)}`;
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))));
  return `${fence}suggestion\n${text === '' ? '' : `${text}\n`}${fence}`;
}
