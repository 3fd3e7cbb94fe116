import type { ScanEvent } from '#model/events.ts';
import type { EventSink } from '#ports/events.ts';
import { oneLine } from '#report/plain-text.ts';
import type { CommandIo } from './io.ts';

/** Tells a person at a terminal what goes on, on stderr. Elsewhere it is silent. */
export function showProgress(io: Pick<CommandIo, 'err' | 'isTerminal'>): EventSink {
  if (!io.isTerminal) return () => undefined;
  let running = false;
  const told = new Set<string>();
  const written = new Map<string, number>();
  let counted = '';
  const line = (text: string, last: boolean) => {
    io.err(`${running ? '\r\u001B[2K' : ''}  ${oneLine(text)}${last ? '\n' : ''}`);
    running = !last;
  };
  return (event: ScanEvent) => {
    switch (event.type) {
      case 'scan_started':
        line(`reviewing ${event.hunks} hunks in ${event.files} files with ${event.models.join(', ')}`, true);
        break;
      case 'stage_started':
        counted = `… ${event.stage} 0 of ${event.calls} calls`;
        line(counted, false);
        break;
      case 'chunk_completed':
        counted = `… ${event.stage} ${event.done} of ${event.of} calls`;
        line(counted, false);
        break;
      case 'model_output': {
        const length = (written.get(event.modelId) ?? 0) + event.text.length;
        written.set(event.modelId, length);
        line(`${counted} · ${event.modelId} writes (${length} characters)`, false);
        break;
      }
      case 'model_failed': {
        // A model that is away fails on every chunk, for one reason.
        const fault = `! ${event.modelId}: ${event.reason ?? event.outcome}`;
        if (!told.has(fault)) line(fault, true);
        told.add(fault);
        break;
      }
      case 'consensus_completed':
        line(`✔ ${event.strategy}: ${event.claims} claims → ${event.findings} findings`, true);
        break;
      case 'pipeline_cancelled':
      case 'pipeline_failed':
        // What is said next begins on a line of its own.
        if (running) io.err('\r\u001B[2K');
        running = false;
        break;
      default:
        break;
    }
  };
}
