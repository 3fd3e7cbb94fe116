/** A count of tokens as a server states it: those that do not count leave it out or say 0. */
export function countOf(...tokens: readonly (number | null | undefined)[]): number | null {
  const sum = tokens.reduce<number>((total, count) => total + (count ?? 0), 0);
  return sum > 0 ? sum : null;
}
