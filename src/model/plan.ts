import type { ModelEntry } from './model-entry.ts';
import type { Severity } from './severity.ts';

/** One model in one role of one plan. */
export interface Seat {
  readonly id: string;
  readonly role: string;
  readonly model: ModelEntry;
}

export type Scope = 'added' | 'hunks' | 'file';

/** A suppression rule of `.aegis.yml`. */
export interface SuppressRule {
  readonly cwe: string | null;
  readonly paths: readonly string[];
  readonly reason: string;
  /** Last day on which the rule holds, `YYYY-MM-DD`; null for ever. */
  readonly until: string | null;
}

/** Everything that decides how a change is reviewed, resolved: no default is left open. */
export interface Plan {
  readonly seats: readonly Seat[];
  /** Seats that stay empty until one of the same role is out of order; in the order of their turn. */
  readonly reserves: readonly Seat[];
  readonly consensus: {
    /** Id of a registered strategy. */
    readonly strategy: string;
    /** Share of the weights that `weighted_vote` asks for, exclusive. */
    readonly threshold: number;
    /** Below this many full opinions on a chunk, its hunks are `partial`. */
    readonly minVotes: number;
    /** Weight of each model; one that is not listed has its entry's `weight`. */
    readonly weights: Readonly<Record<string, number>>;
  };
  readonly review: {
    readonly minSeverity: Severity;
    readonly minConfidence: number;
    readonly scope: Scope;
    readonly uncovered: 'incomplete' | 'note';
  };
  readonly paths: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly suppress: readonly SuppressRule[];
  /** Longest prompt, in estimated tokens of code, that every seat can take. */
  readonly chunkTokens: number;
  /** Calls of one seat in flight at once; each endpoint has its own limit beneath it. A slow seat holds no other up. */
  readonly concurrency: number;
}
