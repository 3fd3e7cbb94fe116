import type { ModelEntry } from './model-entry.ts';
import type { Severity } from './severity.ts';

/** One model in one role of one plan. */
export interface Seat {
  readonly id: string;
  readonly role: string;
  readonly model: ModelEntry;
  /** True where only an override names the model: it is asked about the files of such overrides alone. Absent: about all. */
  readonly guest?: boolean;
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

/** Which clusters a judge is asked about: all, those without a majority, or none. */
export type JudgeWhen = 'always' | 'disagreement' | 'never';

/**
 * One step of a consensus, in order. `filter` drops clusters for good; `vote` keeps or drops each by a strategy;
 * `judge` may revive or drop what the vote said; `cap` keeps the worst of what is kept.
 */
export type ConsensusStep =
  | {
      readonly kind: 'filter';
      /** Each null where it is not asked for. An unstated confidence passes. */
      readonly minSeverity: Severity | null;
      readonly minConfidence: number | null;
      /** Only these weaknesses and their kinds. */
      readonly cwes: readonly string[] | null;
    }
  | { readonly kind: 'vote'; readonly strategy: string; readonly threshold: number }
  | { readonly kind: 'judge'; readonly when: JudgeWhen }
  | { readonly kind: 'cap'; readonly findings: number };

/** How clusters become findings. */
export interface ConsensusRules {
  /** What people call it: a strategy, `judge`, or the name of a stored pipeline. */
  readonly strategy: string;
  readonly steps: readonly ConsensusStep[];
  /** Strategy that decides in the place of a judge that gave no readable answer. */
  readonly fallback: string;
  /** Share of the weights that `weighted_vote` asks for, exclusive. */
  readonly threshold: number;
  /** Below this many full opinions on a chunk, its hunks are `partial`. */
  readonly minVotes: number;
  /** Weight of each model; one that is not listed has its entry's `weight`. */
  readonly weights: Readonly<Record<string, number>>;
  /** `weights: auto`: base weights are scaled by what people judged of each model. */
  readonly learned: boolean;
  /** `family`: models of one family are one vote. */
  readonly independence: 'model' | 'family';
}

/** The stages of a plan by ids of seats. Null: the stage is left out. */
export interface Stages {
  readonly triage: {
    readonly seats: readonly string[];
    /** Score from which a chunk is suspicious. */
    readonly threshold: number;
    /** Whether what a triage model claims is a vote. */
    readonly votes: boolean;
  } | null;
  /**
   * Tiers of a cascade: each sees only what the one before flagged. One tier where there is none. Custom roles that look
   * at chunks sit in the first.
   */
  readonly deepScan: { readonly tiers: readonly (readonly string[])[] };
  /** The judge is the first one whose family made none of the claims, else the first. */
  readonly judge: {
    readonly seats: readonly string[];
    /** Whether the pipeline names it: then it sits beside every strategy. */
    readonly named?: boolean;
  } | null;
  /** Custom roles that look at findings. */
  readonly annotate: { readonly seats: readonly string[] } | null;
  readonly explain: {
    readonly seats: readonly string[];
    /** Most findings that are explained, the worst first. */
    readonly max: number;
  } | null;
}

/** A role that configuration defines. */
export interface CustomRole {
  /** What the model is told, before the fenced code. */
  readonly prompt: string;
  /** JSON Schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly on: 'chunks' | 'findings';
}

/** What one scan may cost. */
export interface Budget {
  /** US dollars. */
  readonly usd: number;
  readonly tokens: number;
  readonly minutes: number;
  /** US dollars for all scans of the repository in a calendar month (UTC); null: no limit. */
  readonly monthlyUsd: number | null;
}

/** Other rules for the files of some paths. The first override that names a file and a rule decides. */
export interface PathOverride {
  readonly paths: readonly string[];
  /** Each null where it is not said. */
  readonly minSeverity: Severity | null;
  /** Ids of the models that look at these files, in every role that looks at code. */
  readonly models: readonly string[] | null;
  readonly failOn: Severity | 'none' | null;
}

/** Words of the repository's owners for the models, by path. */
export interface Instruction {
  readonly paths: readonly string[];
  readonly text: string;
}

/** Everything that decides how a change is reviewed, resolved: no default is left open. */
export interface Plan {
  readonly seats: readonly Seat[];
  /** Seats that stay empty until one of the same role is out of order; in the order of their turn. */
  readonly reserves: readonly Seat[];
  readonly stages: Stages;
  /** Custom roles by name. */
  readonly roles: Readonly<Record<string, CustomRole>>;
  readonly consensus: ConsensusRules;
  readonly budget: Budget;
  readonly review: {
    readonly minSeverity: Severity;
    readonly minConfidence: number;
    readonly scope: Scope;
    readonly uncovered: 'incomplete' | 'note';
  };
  readonly paths: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly suppress: readonly SuppressRule[];
  readonly overrides: readonly PathOverride[];
  readonly instructions: readonly Instruction[];
  readonly privacy: {
    /** Secrets in code are masked before a prompt leaves for a cloud model, and in whatever is published. */
    readonly maskSecrets: boolean;
    /** No code leaves for a model that is not on the owner's machines. */
    readonly localOnly: boolean;
  };
  /** Longest prompt, in estimated tokens of code, that every seat can take. */
  readonly chunkTokens: number;
  /** Calls of one seat in flight at once; each endpoint has its own limit beneath it. A slow seat holds no other up. */
  readonly concurrency: number;
}
