/**
 * The candidates that a person most likely meant by `word`, for "did you mean", the likeliest first: those at the
 * smallest edit distance, case ignored, at most a third of the word away; then those that begin with the word or that
 * the word begins with (`ollama` for `ollama_local`); then those that hold the word. Empty when nothing is near.
 */
export function nearestFew(word: string, candidates: readonly string[], most = 3): readonly string[] {
  const wanted = word.slice(0, LONGEST).toLowerCase();
  const distances = new Map<string, number>();
  const others: string[] = [];
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.slice(0, LONGEST).toLowerCase());
    if (distance <= Math.max(1, Math.floor(wanted.length / 3))) distances.set(candidate, distance);
    else others.push(candidate);
  }
  const similar = [...distances].toSorted(([, a], [, b]) => a - b).map(([candidate]) => candidate);
  const begun = wanted.length < 3 ? [] : others.filter((candidate) => startsWithOther(wanted, candidate.toLowerCase()));
  const holding = wanted.length < 4 ? [] : others.filter((candidate) => candidate.toLowerCase().includes(wanted));
  return [...new Set([...similar, ...begun, ...holding])].slice(0, most);
}

/** The first of `nearestFew`, or null. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  return nearestFew(word, candidates, 1)[0] ?? null;
}

/** Names come from strangers: the cost of a comparison stays bounded. */
const LONGEST = 64;

function startsWithOther(a: string, b: string): boolean {
  return b.length >= 3 && (a.startsWith(b) || b.startsWith(a));
}

/** Optimal string alignment: insertions, deletions, replacements, and swaps of neighbours (`tiemout`). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
