/** Sums of prices are sums of binary fractions: a limit is not missed by less than a billionth of a dollar. */
const TOLERANCE_USD = 1e-9;

/** Whether US dollars may be set aside beside what already is. What costs nothing always may. */
export function fitsLimit(takenUsd: number, usd: number, limitUsd: number): boolean {
  if (!Number.isFinite(usd) || usd < 0) throw new TypeError('what is set aside must be a sum of money');
  return usd === 0 || takenUsd + usd <= limitUsd + TOLERANCE_USD;
}

/** `YYYY-MM` of a moment, UTC. */
export function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}
