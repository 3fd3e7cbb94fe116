import type { Candidate } from '#model/candidate.ts';

/**
 * A consensus strategy decides for one cluster whether it becomes a finding. Pure: the result depends on the ballot
 * alone, never on the order in which claims arrived.
 */
export interface Strategy {
  readonly id: string;
  readonly summary: string;
  keep(ballot: Ballot): boolean;
}

/** Claims that mean the same weakness, and who could have made them. */
export interface Ballot {
  readonly claims: readonly Candidate[];
  /** Voters for: each once, however often it said it. A voter is a model, or a family of models that has one vote. */
  readonly votesFor: readonly string[];
  /**
   * Voters here: those with an outcome `answered` on the chunk that cover the place, and those in `votesFor`. The others
   * abstain.
   */
  readonly electorate: readonly string[];
  /** Weight of every voter of the electorate. */
  readonly weights: Readonly<Record<string, number>>;
  /** Share of the electorate's weight that a weighted vote must exceed. */
  readonly threshold: number;
}
