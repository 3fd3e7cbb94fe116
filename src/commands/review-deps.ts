import type { KnownParts } from '#config/known-parts.ts';
import type { ReviewConfig } from '#config/read-config.ts';
import type { Overrides, ResolvedPlan } from '#config/resolve-plan.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Memory } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ScanPreview } from '#pipeline/preview/preview-scan.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { EventSink } from '#ports/events.ts';
import type { Reporter } from '#ports/reporter.ts';
import type { CommandIo } from './io.ts';

/** What is reviewed, with what is known around it. */
export interface Subject {
  readonly change: ChangeSet;
  readonly reader: CodeReader;
  readonly attributes: string | null;
}

/** What the reviewing commands take from the composition root. */
export interface ReviewDeps {
  readonly io: CommandIo;
  readonly cwd: string;
  readonly version: string;
  readonly known: KnownParts;
  readonly reporters: readonly Reporter[];
  /** Aborts on the first Ctrl-C. */
  readonly signal: AbortSignal;
  resolvePlan(config: ReviewConfig, overrides: Overrides): Promise<ResolvedPlan>;
  scan(
    change: ChangeSet,
    plan: Plan,
    world: {
      reader: CodeReader;
      attributes: string | null;
      signal: AbortSignal;
      emit: EventSink;
      /** Findings that are known already, from a baseline. */
      memory: Memory;
      /** Whether answers that were given before are taken, and new ones kept. */
      cache: boolean;
      /** Whether somebody reads the text of answers while it is written. */
      wantsOutput: boolean;
      /** Told under which id the scan is kept, to be merged again; null where it is not. */
      kept: (id: string | null) => void;
    },
  ): Promise<ScanResult>;
  /** What a scan would ask of whom and could cost. Calls nothing. */
  preview(
    change: ChangeSet,
    plan: Plan,
    world: { reader: CodeReader; attributes: string | null; signal: AbortSignal },
  ): Promise<ScanPreview>;
  exit(code: number): void;
}
