import type { EventSink } from '#ports/events.ts';

/** Tells how far a stage is. */
export interface Progress {
  /** Announces the stage, once. */
  start(): void;
  done(chunkId: string): void;
  /** More calls than were expected, or fewer. */
  add(calls: number): void;
  drop(calls: number): void;
}

export function countProgress(stage: string, calls: number, emit: EventSink): Progress {
  let [started, done, of] = [false, 0, calls];
  return {
    start() {
      if (!started) emit({ type: 'stage_started', stage, calls: of });
      started = true;
    },
    done(chunkId) {
      done += 1;
      emit({ type: 'chunk_completed', stage, chunkId, done, of });
    },
    add(more) {
      of += more;
    },
    drop(fewer) {
      of -= fewer;
    },
  };
}
