import type { Memory } from '#model/lifecycle.ts';
import type { ModelRecord } from '#model/model-record.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { CodeReader, DefinitionFinder, FaultCounter, Outliner } from '#ports/code-reader.ts';
import type { EventSink } from '#ports/events.ts';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import type { Runner, SeatModel } from '#ports/runner.ts';
import type { Strategy } from '#ports/strategy.ts';

/** What a scan takes from the world. Made by the composition root; a stage asks for the part that it uses. */
export interface ScanContext {
  readonly signal: AbortSignal;
  readonly emit: EventSink;
  /** Files of the new side. */
  readonly reader: CodeReader;
  readonly outline: Outliner;
  readonly findDefinition: DefinitionFinder;
  /** Whether a file that a model would change still parses. */
  readonly countFaults: FaultCounter;
  /** `.gitattributes` of the base; null where there is none. */
  readonly attributes: string | null;
  /** A strategy by its id. Throws `TypeError` for one that a plan cannot name. */
  strategyOf(id: string): Strategy;
  /** The runner of a role, built in or defined by the plan. */
  runner(role: string): Runner;
  /** Throws `AegisError` where a model cannot be connected. */
  model(seatId: string): SeatModel;
  /** What people judged of the models so far, for `weights: auto`. */
  readonly records: readonly ModelRecord[];
  /** What is known from earlier scans, dismissals and baselines. */
  readonly memory: Memory;
  /** Null where no monthly limit holds. */
  readonly monthly: MonthlySpending | null;
  /** Takes the record of a scan that has ended; null where none is kept. */
  readonly keep: ((record: ScanRecord) => void) | null;
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
