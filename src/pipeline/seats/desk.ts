import type { RunnerContext } from '#ports/runner.ts';
import type { Purse } from '../budget/purse.ts';

/** What all seats of one scan share. */
export interface Desk {
  readonly purse: Purse;
  readonly lookUp: RunnerContext['lookUp'];
}
