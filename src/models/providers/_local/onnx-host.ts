import { openClassifier } from './classify-code.ts';
import type { FromHost, HostCall, HostOptions, HostReply, ToHost } from './host-messages.ts';
import { loadOnnx } from './load-onnx.ts';
import type { OnnxPackage } from './onnx-package.ts';
import { TooLarge, writeText } from './write-text.ts';

/**
 * The child process of one ONNX model. ONNX Runtime computes on the thread that calls it
 * (https://github.com/microsoft/onnxruntime/blob/main/js/node/lib/backend.ts), for seconds: in the process of a server
 * nothing else would be answered meanwhile. The process ends with its parent.
 */

type Answer = (call: HostCall, signal: AbortSignal, heard: (text: string) => void) => Promise<HostReply>;

const tell = (message: FromHost) => process.send?.(message);
const turns = new Map<number, () => void>();
const stops = new Map<number, AbortController>();
let turnsTaken = 0;
let answer: Answer | null = null;

/** Waits until the device is free of the other models of the parent. */
async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  turnsTaken += 1;
  const id = turnsTaken;
  await new Promise<void>((granted) => {
    turns.set(id, granted);
    tell({ kind: 'turn-wanted', id });
  });
  turns.delete(id);
  try {
    return await work();
  } finally {
    tell({ kind: 'turn-over', id });
  }
}

async function open(options: HostOptions): Promise<void> {
  try {
    const loaded = await loadOnnx(options);
    const onnx = (await import(options.packageUrl)) as OnnxPackage;
    const classify = openClassifier(loaded, options, takeTurn);
    answer = (call, signal, heard) =>
      call.kind === 'classify'
        ? classify(call.segments, signal)
        : takeTurn(async () => {
            signal.throwIfAborted();
            return await writeText(loaded, onnx, call, signal, heard);
          });
    tell({ kind: 'opened', device: loaded.device, note: loaded.note, window: loaded.window });
  } catch (error) {
    tell({ kind: 'not-opened', reason: firstLine(error) });
  }
}

async function reply(id: number, call: HostCall): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    if (answer === null) throw new Error('it is not loaded');
    tell({ kind: 'replied', id, reply: await answer(call, stop.signal, (text) => tell({ kind: 'heard', id, text })) });
  } catch (error) {
    tell({ kind: 'failed', id, fault: error instanceof TooLarge ? 'too-large' : 'server', reason: firstLine(error) });
  } finally {
    stops.delete(id);
  }
}

/** What the runtime says is long, and told to people. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.slice(0, 300);
}

process.on('message', (message: ToHost) => {
  if (message.kind === 'open') void open(message.options);
  else if (message.kind === 'call') void reply(message.id, message.call);
  else if (message.kind === 'stop') stops.get(message.id)?.abort();
  else turns.get(message.id)?.();
});
process.on('disconnect', () => process.exit());
