import { isPart, readQuote } from '#lib/read-quote.ts';
import type { AnchoredBy, Candidate, Claim } from '#model/candidate.ts';
import type { Chunk } from '#model/chunk.ts';
import { findFiles } from './find-files.ts';
import { type Sheet, type ShownLine, sheetOf } from './sheet-of.ts';

/** How far outside a hunk a number may lie and still mean it. Models miscount by a few lines; further off is elsewhere. */
const NEAR = 5;

interface Hit {
  readonly sheet: Sheet;
  readonly start: ShownLine;
  /** How far the claim reaches at most. */
  readonly end: number;
  readonly by: AnchoredBy;
}

type Found = Pick<Hit, 'sheet' | 'start'>;

/**
 * Gives a claim its lines: by the quoted code, then by the number, then by the hunk near the number; a claim that says
 * no place at all means the change, and gets its first added line. Null when it names another file, or a line that the
 * chunk does not show. All lines of a candidate are shown, and lie in one hunk.
 */
export function anchorClaim(claim: Claim, chunk: Chunk, who: { readonly modelId: string; readonly role: string }): Candidate | null {
  const sheets = findFiles(claim.path, chunk.files).map(sheetOf);
  const hit = findQuote(claim, sheets) ?? findNumber(claim, sheets) ?? findHunk(claim, sheets);
  if (hit === null) return null;
  const { cwe, title, severity, confidence, message, fix } = claim;
  return {
    ...who,
    chunkId: chunk.id,
    path: hit.sheet.path,
    startLine: hit.start.line,
    endLine: reach(hit),
    anchoredBy: hit.by,
    named: linesNamed(claim),
    hunkId: hit.start.hunkId,
    cwe,
    title,
    severity,
    confidence,
    message,
    fix,
    evidence: hit.start.text.trim(),
  };
}

/** The lines that the model gave itself, in order; null where it gave none. */
function linesNamed({ startLine, endLine }: Claim): Candidate['named'] {
  const from = startLine ?? endLine;
  if (from === null) return null;
  const to = endLine ?? from;
  return { startLine: Math.min(from, to), endLine: Math.max(from, to) };
}

/** A whole line before a removed one before a part of a line; of each the first line of the quote that is found. */
function findQuote(claim: Claim, sheets: readonly Sheet[]): Hit | null {
  const quote = readQuote(claim.evidence);
  if (quote.length === 0) return null;
  const tests: ReadonlyArray<(key: string, quoted: string) => boolean> = [(key, quoted) => key === quoted, isPart];
  for (const same of tests) {
    for (const [index, forms] of quote.entries()) {
      const fits = ({ key }: ShownLine) => forms.some((quoted) => same(key, quoted));
      const holding = sheets.flatMap((sheet) => nearest(claim, [sheet], fits, quote.slice(index)) ?? []);
      if (holding.length === 0) continue;
      const found = tellApart(claim, holding, quote.slice(index));
      return found === null ? null : placeQuote(claim, found, quote.slice(index));
    }
    for (const forms of quote) {
      const holding = sheets.flatMap((sheet) => nearestRemoved(claim, sheet, (key) => forms.some((quoted) => same(key, quoted))) ?? []);
      if (holding.length > 0) return holding.length === 1 ? (holding[0] ?? null) : null;
    }
  }
  return null;
}

/** The one file that is meant where several have the quoted line: more of the quote stands there, or it stands at the number. Null: either may be. */
function tellApart(claim: Claim, holding: readonly Found[], quote: readonly (readonly string[])[]): Found | null {
  const tests: ReadonlyArray<(found: Found) => number> = [
    ({ sheet, start }) => -linesInARow(sheet, start, quote),
    ({ start }) => Math.min(distance(claim, start.line), 1),
  ];
  let left = holding;
  for (const rank of tests) {
    const best = Math.min(...left.map(rank));
    left = left.filter((found) => rank(found) === best);
  }
  return left.length === 1 ? (left[0] ?? null) : null;
}

/** At its number the claim's own end holds; elsewhere its numbers are wrong, and the quote says how long it is. */
function placeQuote(claim: Claim, { sheet, start }: Found, quote: readonly (readonly string[])[]): Hit {
  const from = claim.startLine ?? claim.endLine;
  const to = Math.max(from ?? 0, claim.endLine ?? 0);
  if (from !== null && from <= start.line && start.line <= to) return { sheet, start, end: to, by: 'evidence' };
  return { sheet, start, end: start.line + linesInARow(sheet, start, quote) - 1, by: 'nearest-evidence' };
}

function findNumber(claim: Claim, sheets: readonly Sheet[]): Hit | null {
  const line = claim.startLine ?? claim.endLine;
  const holding = line === null ? [] : sheets.filter(({ shown }) => shown.has(line));
  const [sheet] = holding;
  const start = sheet?.shown.get(line ?? 0);
  // Without a path, a number that several files have says nothing.
  if (sheet === undefined || start === undefined || holding.length > 1) return null;
  return { sheet, start, end: claim.endLine ?? start.line, by: 'number' };
}

function findHunk(claim: Claim, sheets: readonly Sheet[]): Hit | null {
  const line = claim.startLine ?? claim.endLine;
  const [sheet] = sheets;
  if (sheet === undefined || sheets.length > 1) return null;
  const found = nearest(claim, sheets, ({ hunkId }) => hunkId !== null);
  // What quotes code that is not there speaks of something else.
  if (line === null) return found === null || readQuote(claim.evidence).length > 0 ? null : { ...found, end: found.start.line, by: 'hunk' };
  return found !== null && Math.abs(found.start.line - line) <= NEAR ? { ...found, end: found.start.line, by: 'hunk' } : null;
}

/**
 * The line that fits: at the claim's number, or else with most of the quote's next lines below it, then nearest to the
 * number. Added lines come before others where that is a tie.
 */
function nearest(
  claim: Claim,
  sheets: readonly Sheet[],
  fits: (line: ShownLine) => boolean,
  quote: readonly (readonly string[])[] = [],
): Found | null {
  let best: (Found & { rank: readonly number[] }) | null = null;
  for (const [index, sheet] of sheets.entries()) {
    for (const start of sheet.shown.values()) {
      if (!fits(start)) continue;
      const away = distance(claim, start.line);
      const rank = [
        Math.min(away, 1),
        -linesInARow(sheet, start, quote),
        away,
        start.added ? 0 : start.hunkId === null ? 2 : 1,
        index,
        start.line,
      ];
      if (best === null || isLess(rank, best.rank)) best = { sheet, start, rank };
    }
  }
  return best;
}

/** How many lines of a quote stand below each other from a line on, the line itself included. */
function linesInARow(sheet: Sheet, start: ShownLine, quote: readonly (readonly string[])[]): number {
  let count = 1;
  while (quote[count]?.includes(sheet.shown.get(start.line + count)?.key ?? '\0')) count += 1;
  return count;
}

function nearestRemoved(claim: Claim, sheet: Sheet, fits: (key: string) => boolean): Hit | null {
  let best: Hit | null = null;
  for (const { key, instead } of sheet.removed) {
    if (!fits(key) || (best !== null && distance(claim, instead.line) >= distance(claim, best.start.line))) continue;
    best = { sheet, start: instead, end: instead.line, by: 'nearest-evidence' };
  }
  return best;
}

/** Lines between the claim's number and a line; 0 for all where the claim has none. */
function distance(claim: Claim, line: number): number {
  return Math.abs((claim.startLine ?? claim.endLine ?? line) - line);
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((one, index) => one !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** The last line up to the wanted one that is reached through shown lines of the same hunk. */
function reach({ sheet, start, end }: Hit): number {
  let line = start.line;
  while (line < end && sheet.shown.get(line + 1)?.hunkId === start.hunkId) line += 1;
  return line;
}
