import type { Claim } from '#model/candidate.ts';

/**
 * A parser reads what a model wrote. It never throws, never loops and is linear in the text: the text is untrusted.
 * `unreadable` is an outcome of its own; it is never the same as an empty list of claims.
 */
export interface Parser {
  readonly id: string;
  /** Other names by which configuration may call it. */
  readonly aliases: readonly string[];
  readonly summary: string;
  parse(text: string): ParseResult;
}

export type ParseResult =
  /** `cut` is true when the text ended early: the claims are those that were complete. */
  | { readonly kind: 'parsed'; readonly claims: readonly Claim[]; readonly cut: boolean }
  | { readonly kind: 'unreadable'; readonly reason: string };
