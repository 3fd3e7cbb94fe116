import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { ProviderError } from '#ports/provider-error.ts';
import { deviceTurns } from './device-turns.ts';
import { cancelled } from './end-with.ts';
import type { FromHost, HostCall, HostOptions, HostReply, ToHost } from './host-messages.ts';

/** A model in a process of its own. */
export interface Host {
  readonly device: string;
  readonly note: string | null;
  readonly window: number;
  /** Settles when the host has done with the call; a call that was stopped may wait for its pass to end. */
  ask(call: HostCall, signal: AbortSignal, heard?: (text: string) => void): Promise<HostReply>;
  close(): Promise<void>;
  /** True once its process has ended. */
  ended(): boolean;
}

interface Pending {
  resolve(reply: HostReply): void;
  reject(error: unknown): void;
  heard(text: string): void;
}

/**
 * Starts the process and loads the model in it. `variables` is all that the process sees of the environment. Throws
 * `ProviderError`.
 */
export async function openHost(model: string, options: HostOptions, variables: Readonly<Record<string, string>>): Promise<Host> {
  const child = startChild(variables);
  const pending = new Map<number, Pending>();
  const turnsHeld = new Map<number, () => void>();
  let calls = 0;
  let device = 'cpu';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const send = (message: ToHost) => void (child.connected && child.send(message));

  /** The process keeps ours alive only while something is asked of it. */
  const hold = (held: boolean) => {
    const method = held ? 'ref' : 'unref';
    child[method]();
    child.channel?.[method]();
  };

  function giveTurn(id: number): void {
    const queue = deviceTurns[device === 'cpu' ? 'cpu' : 'gpu'];
    void queue(
      () =>
        new Promise<void>((over) => {
          if (!child.connected) return over();
          turnsHeld.set(id, over);
          send({ kind: 'turn', id });
        }),
    );
  }

  const opened = new Promise<Extract<FromHost, { kind: 'opened' }>>((resolve, reject) => {
    child.on('message', (message: FromHost) => {
      if (message.kind === 'opened') resolve(message);
      else if (message.kind === 'not-opened') reject(notLoaded(model, message.reason));
      else if (message.kind === 'turn-wanted') giveTurn(message.id);
      else if (message.kind === 'turn-over') release(turnsHeld, message.id);
      else settle(pending, message, model);
    });
    const lost = () => {
      const error = died(model);
      reject(error);
      for (const { reject: rejectCall } of pending.values()) rejectCall(error);
      for (const id of [...turnsHeld.keys()]) release(turnsHeld, id);
    };
    child.once('error', lost);
    child.once('exit', lost);
  });

  send({ kind: 'open', options });
  try {
    const { note, window, device: chosen } = await opened;
    device = chosen;
    hold(false);
    return {
      device,
      note,
      window,
      async ask(call, signal, heard = () => undefined) {
        if (signal.aborted) throw cancelled(model, signal);
        if (!child.connected) throw died(model);
        calls += 1;
        const id = calls;
        const stop = () => send({ kind: 'stop', id });
        signal.addEventListener('abort', stop, { once: true });
        try {
          return await new Promise<HostReply>((resolve, reject) => {
            pending.set(id, { resolve, reject, heard });
            hold(true);
            send({ kind: 'call', id, call });
          });
        } finally {
          signal.removeEventListener('abort', stop);
          pending.delete(id);
          if (pending.size === 0) hold(false);
        }
      },
      ended: () => !child.connected,
      async close() {
        // Whoever waits for it must not find the process gone instead.
        hold(true);
        child.kill('SIGKILL');
        await exited;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Beside the bundle, or beside this file where the sources run as they are. */
function startChild(variables: Readonly<Record<string, string>>): ChildProcess {
  const source = import.meta.url.endsWith('.ts');
  const script = new URL(source ? './onnx-host.ts' : './onnx-host.js', import.meta.url);
  const execArgv = source ? ['--import', createRequire(import.meta.url).resolve('tsx')] : [];
  return fork(script, { execArgv, env: { ...variables }, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function release(held: Map<number, () => void>, id: number): void {
  held.get(id)?.();
  held.delete(id);
}

function settle(pending: ReadonlyMap<number, Pending>, message: Extract<FromHost, { id: number }>, model: string): void {
  const call = pending.get(message.id);
  if (call === undefined) return;
  if (message.kind === 'heard') call.heard(message.text);
  else if (message.kind === 'replied') call.resolve(message.reply);
  else if (message.kind === 'failed') call.reject(callFault(model, message));
}

function callFault(model: string, { fault, reason }: Extract<FromHost, { kind: 'failed' }>): ProviderError {
  return fault === 'too-large'
    ? new ProviderError('too-large', `The prompt is too long for ${model}: ${reason}`, { hint: 'Use a model with a larger window.' })
    : new ProviderError('server', `${model} could not compute an answer: ${reason}`, {
        hint: 'Check its export; docs/guides/onnx-export.md shows how.',
      });
}

function notLoaded(model: string, reason: string): ProviderError {
  return new ProviderError('bad-request', `${model} could not be loaded: ${reason}`, {
    hint: 'Check its files; docs/guides/onnx-export.md shows how they are made.',
  });
}

function died(model: string): ProviderError {
  return new ProviderError('server', `The process of ${model} ended while it was needed`, {
    hint: 'It may have run out of memory: lower batch_size, or use a smaller dtype.',
  });
}
