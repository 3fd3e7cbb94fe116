import type { KnownFinding } from '#model/lifecycle.ts';
import { evidenceLine } from './code-key.ts';
import type { LineMap } from './follow-lines.ts';

/** A known finding on the lines of the new head, where the line of its code maps to this one. */
export function shiftKnown(
  known: KnownFinding,
  to: { readonly path: string; readonly line: number },
  { textBefore }: LineMap,
): KnownFinding {
  const shift = to.line - (evidenceLine(known, textBefore) ?? known.startLine);
  return { ...known, path: to.path, startLine: known.startLine + shift, endLine: known.endLine + shift };
}
