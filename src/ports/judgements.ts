import type { ModelRecord } from '#model/model-record.ts';
import type { PullRequestRef } from './code-host.ts';

/** What a person decided about a finding. Only people with write access are asked. */
export const JUDGEMENTS = ['confirmed', 'dismissed', 'fixed'] as const;
export type JudgementKind = (typeof JUDGEMENTS)[number];

export interface Judgement {
  /** Of the finding: a later judgement on it takes the place of the one before. */
  readonly fingerprint: string;
  readonly kind: JudgementKind;
  /** Why, in the person's words; empty where none were given. */
  readonly reason: string;
  readonly cwe: string | null;
  readonly language: string | null;
  /** Models that reported the finding. */
  readonly models: readonly string[];
}

/** What people decided, from which `weights: auto` learns. */
export interface Judgements {
  record(judgement: Judgement): Promise<void>;
  /** Summed for each model, language and CWE. */
  records(): Promise<readonly ModelRecord[]>;
}

/** What people decided on the code host: each repository has its own word on a finding. */
export interface RepositoryJudgements {
  record(repository: Pick<PullRequestRef, 'installationId' | 'owner' | 'repo'>, judgement: Judgement): Promise<void>;
  /** Answers whether there was one. */
  takeBack(repository: Pick<PullRequestRef, 'owner' | 'repo'>, fingerprint: string): Promise<boolean>;
}
