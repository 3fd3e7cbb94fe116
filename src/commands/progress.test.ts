import { expect, it } from 'vitest';
import type { ScanEvent } from '#model/events.ts';
import { showProgress } from './progress.ts';

function watch(isTerminal: boolean, ...events: ScanEvent[]): string {
  let said = '';
  const sink = showProgress({
    isTerminal,
    err: (text) => {
      said += text;
    },
  });
  for (const event of events) sink(event);
  return said;
}

const started: ScanEvent = { type: 'scan_started', files: 2, hunks: 3, models: ['a', 'b'] };
const stage: ScanEvent = { type: 'stage_started', stage: 'deep_scan', calls: 6 };
const failed = (reason: string): ScanEvent => ({
  type: 'model_failed',
  modelId: 'a',
  role: 'deep_scan',
  chunkId: 'c',
  outcome: 'failed',
  reason,
});

const writes = (modelId: string, text: string): ScanEvent => ({ type: 'model_output', modelId, role: 'deep_scan', chunkId: 'c', text });

it.each<{ name: string; events: ScanEvent[]; says: string }>([
  { name: 'what is reviewed by whom', events: [started], says: '  reviewing 3 hunks in 2 files with a, b\n' },
  {
    name: 'one line that counts, and a line of its own for a model that failed',
    events: [stage, { type: 'chunk_completed', stage: 'deep_scan', chunkId: 'c', done: 1, of: 6 }, failed('no route')],
    says: '  … deep_scan 0 of 6 calls\r\u001B[2K  … deep_scan 1 of 6 calls\r\u001B[2K  ! a: no route\n',
  },
  {
    name: 'who writes, and how much so far',
    events: [stage, writes('qwen', 'CWE'), writes('qwen', '-89')],
    says: '  … deep_scan 0 of 6 calls\r\u001B[2K  … deep_scan 0 of 6 calls · qwen writes (3 characters)\r\u001B[2K  … deep_scan 0 of 6 calls · qwen writes (6 characters)',
  },
  { name: 'words of a server that move no cursor', events: [failed('a\u001B[2J\nb')], says: '  ! a: a<U+001B>[2J b\n' },
  {
    name: 'what the panel agreed on',
    events: [{ type: 'consensus_completed', strategy: 'union', claims: 5, findings: 2 }],
    says: '  ✔ union: 5 claims → 2 findings\n',
  },
  {
    name: 'nothing of a scan that was cancelled',
    events: [stage, { type: 'pipeline_cancelled' }],
    says: '  … deep_scan 0 of 6 calls\r\u001B[2K',
  },
])('a person at a terminal sees $name', ({ events, says }) => expect(watch(true, ...events)).toBe(says));

it('elsewhere nothing is said', () => expect(watch(false, started, stage, failed('no route'))).toBe(''));
