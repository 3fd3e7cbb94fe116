/** What a call takes of a budget. */
export interface Spend {
  readonly tokens: number;
  /** US dollars; 0 where the price is not known. */
  readonly usd: number;
}

export const NOTHING: Spend = { tokens: 0, usd: 0 };

export function plus(a: Spend, b: Spend): Spend {
  return { tokens: a.tokens + b.tokens, usd: a.usd + b.usd };
}
