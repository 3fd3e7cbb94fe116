import { InputError } from '#model/errors.ts';
import type { Environment } from './env.ts';

/** Calls in flight at once in this process; undefined where the operator does not say. Throws `InputError` for what is none. */
export function readMostCalls({ maxCalls }: Pick<Environment, 'maxCalls'>): number | undefined {
  if (maxCalls === undefined) return undefined;
  const calls = /^\d{1,4}$/.test(maxCalls) ? Number(maxCalls) : Number.NaN;
  if (calls >= 1 && calls <= 1000) return calls;
  throw new InputError('AEGIS_MAX_CALLS is not a number of calls', { hint: 'Set it to a whole number from 1 to 1000.' });
}
