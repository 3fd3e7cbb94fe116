import type { CodeReader, Outliner } from '#ports/code-reader.ts';
import type { EventSink } from '#ports/events.ts';
import type { Runner, SeatModel } from '#ports/runner.ts';
import type { Strategy } from '#ports/strategy.ts';

/** What a scan takes from the world. Made by the composition root; a stage asks for the part that it uses. */
export interface ScanContext {
  readonly signal: AbortSignal;
  readonly emit: EventSink;
  /** Files of the new side. */
  readonly reader: CodeReader;
  readonly outline: Outliner;
  /** `.gitattributes` of the base; null where there is none. */
  readonly attributes: string | null;
  /** The strategy that the plan names. */
  readonly strategy: Strategy;
  runner(role: string): Runner;
  /** Throws `AegisError` where a model cannot be connected. */
  model(seatId: string): SeatModel;
  /** Whether somebody listens to what the models write: else nothing is streamed. */
  readonly wantsOutput: boolean;
  readonly clock: Clock;
}

export interface Clock {
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** The day in UTC, `YYYY-MM-DD`. */
  today(): string;
}
