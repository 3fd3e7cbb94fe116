import type { Coverage } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { OutcomeKind } from './outcome.ts';
import type { Conclusion } from './scan-result.ts';

/** What happens while a scan runs, in the order it happens. Names are the contract of the event stream. */
export type ScanEvent =
  | { readonly type: 'scan_started'; readonly files: number; readonly hunks: number; readonly models: readonly string[] }
  | { readonly type: 'coverage'; readonly coverage: Coverage }
  | { readonly type: 'stage_started'; readonly stage: string; readonly calls: number }
  | { readonly type: 'chunk_completed'; readonly stage: string; readonly chunkId: string; readonly done: number; readonly of: number }
  | {
      readonly type: 'model_completed' | 'model_failed';
      readonly modelId: string;
      readonly role: string;
      readonly chunkId: string;
      readonly outcome: OutcomeKind;
      readonly reason: string | null;
    }
  /** Text as it is written, where somebody listens. `text` continues what came before for the same model and chunk. */
  | { readonly type: 'model_output'; readonly modelId: string; readonly role: string; readonly chunkId: string; readonly text: string }
  | { readonly type: 'finding_emitted'; readonly finding: Finding }
  | { readonly type: 'consensus_completed'; readonly strategy: string; readonly claims: number; readonly findings: number }
  | { readonly type: 'pipeline_completed'; readonly conclusion: Conclusion }
  | { readonly type: 'pipeline_failed'; readonly reason: string }
  | { readonly type: 'pipeline_cancelled' };
