import { WRITES_A_MINUTE, WRITES_AN_HOUR, type WritePace } from '#ports/write-pace.ts';
import { createSlidingPace, type PaceClock } from './sliding-pace.ts';

/** A request is counted when it arrives, not when it leaves: two that left a minute apart may arrive closer together. */
const SLACK_MS = 1_000;

const LIMITS = [
  { ms: 60_000 + SLACK_MS, most: WRITES_A_MINUTE },
  { ms: 3_600_000 + SLACK_MS, most: WRITES_AN_HOUR },
];

/** The pace of writes where one process is all there is, as in the Action. */
export function createMemoryPace(clock: PaceClock): WritePace {
  const pace = createSlidingPace(LIMITS, clock);
  return {
    take: (installationId, signal = new AbortController().signal) => pace.take(installationId, 1, signal),
  };
}
