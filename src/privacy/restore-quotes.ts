import { isPart, keyOf, readQuote } from '#lib/read-quote.ts';
import type { Claim } from '#model/candidate.ts';
import type { Chunk } from '#model/chunk.ts';

interface MaskedLine {
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly removed: boolean;
}

/**
 * Claims of a model that was shown the masked chunk, as if it had seen the true one: a quoted line with a mask in it
 * becomes the line that it stands for, so that it is found where it is.
 */
export function restoreQuotes(claims: readonly Claim[], chunk: Chunk, masked: Chunk): readonly Claim[] {
  const lines = maskedLines(chunk, masked);
  if (lines.length === 0) return claims;
  return claims.map((claim) => {
    const { evidence } = claim;
    if (evidence === null || !SHOWS_MASK.test(evidence)) return claim;
    const restored = evidence
      .split(/\r?\n/)
      .map((quoted) => (SHOWS_MASK.test(quoted) ? (findLine(quoted, claim, lines)?.text ?? quoted) : quoted));
    return { ...claim, evidence: restored.join('\n') };
  });
}

/** Models write the mask shorter or longer. */
const SHOWS_MASK = /\*{2,}/;
const evenMasks = (key: string) => key.replace(/\*{2,}(?:masked\*{2,})?/gi, '***');

/** The line that is meant: one that is the quote, else one that holds it; of several the one in the claim's file nearest to its number. */
function findLine(quoted: string, { path, startLine }: Claim, lines: readonly MaskedLine[]): MaskedLine | undefined {
  const forms = readQuote(quoted).flatMap((keys) => keys.map(evenMasks));
  const same = lines.filter(({ key }) => forms.includes(key));
  const fitting = same.length > 0 ? same : lines.filter(({ key }) => forms.some((form) => isPart(key, form)));
  // A line that was removed may read like the one in its place, once both are masked.
  const rank = ({ line, ...one }: MaskedLine) =>
    (path === null || one.path === path ? 0 : 1e9) + Math.abs(line - (startLine ?? line)) + (one.removed ? 0.5 : 0);
  return fitting.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Lines that read as if a secret were masked in them, also those that do so of themselves: they mean themselves. */
function maskedLines(chunk: Chunk, masked: Chunk): readonly MaskedLine[] {
  const trueLines = linesOf(chunk);
  return linesOf(masked).flatMap((shown, at) => {
    const own = trueLines[at];
    return own === undefined || !SHOWS_MASK.test(shown.text) ? [] : [{ ...own, key: evenMasks(keyOf(shown.text)) }];
  });
}

function linesOf({ files }: Chunk): readonly Omit<MaskedLine, 'key'>[] {
  return files.flatMap(({ path, hunks, surroundings }) => [
    ...hunks.flatMap(({ lines }) =>
      lines.map(({ text, newLine, oldLine }) => ({ path, text, line: newLine ?? oldLine ?? 0, removed: newLine === null })),
    ),
    ...surroundings.map(({ text, line }) => ({ path, text, line, removed: false })),
  ]);
}
