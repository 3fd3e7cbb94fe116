import type { Claim } from '#model/candidate.ts';
import type { Language } from '#model/language.ts';
import { type Detection, detectWeaknesses } from './detect.ts';
import { completeFragment, type Fragment, type KnownLine } from './fragment/complete-fragment.ts';

/** Looks for weaknesses in the lines that are known of a file. Lines of the claims are those of the file. */
export function detectInFragment(source: {
  readonly path: string;
  readonly language: Language | null;
  readonly lines: readonly KnownLine[];
}): Detection {
  const { path, language, lines } = source;
  const claims = new Map<string, Claim>();
  let unread: string | null = null;
  for (const fragment of completeFragment(lines, language)) {
    const detection = detectWeaknesses({ path, language, text: fragment.text, isPiece: true });
    unread ??= detection.unread;
    for (const claim of detection.claims) {
      const placed = placeClaim(claim, fragment);
      const key = placed === null ? '' : `${placed.startLine} ${placed.cwe}`;
      if (placed !== null && !claims.has(key)) claims.set(key, placed);
    }
  }
  return { claims: [...claims.values()].sort((a, b) => (a.startLine ?? 0) - (b.startLine ?? 0)), unread };
}

/** Null for a claim about a line that was added to make the text complete. */
function placeClaim(claim: Claim, { lineOf }: Fragment): Claim | null {
  const start = lineOf[(claim.startLine ?? 0) - 1] ?? 0;
  if (start === 0) return null;
  let end = start;
  // A call that reaches over a gap ends before it.
  for (let line = claim.startLine ?? 0; line < (claim.endLine ?? 0) && lineOf[line] === end + 1; line += 1) end += 1;
  return { ...claim, startLine: start, endLine: end };
}
