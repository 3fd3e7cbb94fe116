import type { RunnerContext } from '#ports/runner.ts';
import { unlessAborted } from '../seats/unless-aborted.ts';

/**
 * A look-up that the scan waits for as long as it has time: then nothing was found. `timeIsOver` ends with the scan's
 * minutes. Throws what the look-up throws while there is time.
 */
export function lookUpInTime(lookUp: NonNullable<RunnerContext['lookUp']>, timeIsOver: AbortSignal): NonNullable<RunnerContext['lookUp']> {
  return async (symbols, chunk) => {
    if (timeIsOver.aborted) return [];
    try {
      return await unlessAborted(lookUp(symbols, chunk), timeIsOver);
    } catch (error) {
      if (timeIsOver.aborted && error === timeIsOver.reason) return [];
      throw error;
    }
  };
}
