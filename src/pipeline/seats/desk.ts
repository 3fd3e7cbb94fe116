import type { RunnerContext } from '#ports/runner.ts';
import type { Masks } from '#privacy/open-masks.ts';
import type { Purse } from '../budget/purse.ts';

/** What all seats of one scan share. */
export interface Desk {
  readonly purse: Purse;
  readonly lookUp: RunnerContext['lookUp'];
  /** What a model that is not on the owner's machines may see. */
  readonly masks: () => Promise<Masks>;
}
