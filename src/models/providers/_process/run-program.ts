import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { ProviderError } from '#ports/provider-error.ts';
import { endTree, signalGroup } from './end-tree.ts';
import { atProcessExit } from './process-exit.ts';

/** A program of the user's as it is run: never through a shell, and with no variable that is not named here. */
export interface Program {
  /** How messages call it. */
  readonly name: string;
  readonly argv: readonly string[];
  /** Where it starts. */
  readonly folder: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads on standard input. */
  readonly input: string;
  /** Bytes that it may print on each of its two streams. */
  readonly maxOutput: number;
  /** What to do where it is missing, one sentence. */
  readonly install: string;
}

/** How a program ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** `SIGSEGV`; null when it ended by itself. */
  readonly endedBy: string | null;
  /** It printed more than it may, and was stopped: what is here is the beginning. */
  readonly overflowed: boolean;
}

/** A program that is told to stop has so long before it is killed, milliseconds. */
const GRACE_MS = 40;

/** After it was killed, its pipes are waited for so long: a process in the kernel's hands can hold them. */
const LAST_WAIT_MS = 1_000;

/** By this variable its descendants are found again, also those that have left its process group. */
const MARK = 'AEGIS_RUN';

/** All programs of this process share the machine, whatever models they belong to. */
const slots = pLimit(Math.max(2, availableParallelism()));

/**
 * Runs a program to its end, or to the end of the signal: then its whole process group is told to stop, and killed a
 * moment later. Nothing of it survives. Waits for its turn where many run. Throws `ProviderError` where it cannot be started or was cancelled.
 */
export async function runProgram(program: Program, signal: AbortSignal): Promise<Ended> {
  if (signal.aborted) throw cancelled(program);
  return await new Promise((resolve, reject) => {
    const leave = () => reject(cancelled(program));
    signal.addEventListener('abort', leave, { once: true });
    const start = () => {
      signal.removeEventListener('abort', leave);
      return run(program, signal);
    };
    slots(start).then(resolve, reject);
  });
}

async function run(program: Program, signal: AbortSignal): Promise<Ended> {
  if (signal.aborted) throw cancelled(program);
  const { execa } = await import('execa');
  const [file = '', ...args] = program.argv;
  const mark = `${MARK}=${randomUUID()}`;
  const grouped = process.platform !== 'win32';
  const child = execa(file, args, {
    cwd: program.folder,
    env: { ...program.environment, [MARK]: mark.slice(MARK.length + 1) },
    extendEnv: false,
    detached: grouped,
    ...(program.input === '' ? { stdin: 'ignore' } : { input: program.input }),
    buffer: false,
    reject: false,
    cleanup: false,
    windowsHide: true,
  });
  const tree = { pid: child.pid ?? null, mark, grouped };
  const forget = atProcessExit(() => signalGroup(tree, 'SIGKILL'));

  let overflowed = false;
  let killing: Promise<void> | null = null;
  const kill = () => {
    killing ??= endTree(tree, GRACE_MS);
  };
  const onTooMuch = () => {
    overflowed = true;
    kill();
  };
  const stdout = collect(child.stdout, program.maxOutput, onTooMuch);
  const stderr = collect(child.stderr, program.maxOutput, onTooMuch);
  // What it left running in the background would hold its pipes, and run on.
  child.once('exit', () => {
    killing ??= endTree(tree, 0);
  });
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  try {
    const ended = await Promise.race([child, aWhileAfter(signal)]);
    await killing;
    if (signal.aborted || ended === null) throw cancelled(program);
    if (ended.exitCode === undefined && ended.signal === undefined) throw notStarted(program, ended);
    return {
      stdout: stdout(),
      stderr: stderr(),
      exitCode: ended.exitCode ?? null,
      endedBy: ended.signal ?? null,
      overflowed,
    };
  } finally {
    signal.removeEventListener('abort', kill);
    forget();
  }
}

/** Takes what a stream prints, up to a limit. The answer is the text so far. */
function collect(stream: NodeJS.ReadableStream, max: number, onTooMuch: () => void): () => string {
  const parts: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (part: Buffer) => {
    if (bytes >= max) return;
    parts.push(part.subarray(0, max - bytes));
    bytes += part.byteLength;
    if (bytes > max) onTooMuch();
  });
  stream.on('error', () => undefined);
  return () => new TextDecoder().decode(Buffer.concat(parts));
}

/** Resolves to null when a program should long have ended, and its pipes have not. Never before the signal. */
function aWhileAfter(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const wait = () => setTimeout(resolve, GRACE_MS + LAST_WAIT_MS, null).unref();
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

/** What a run that was called off ends with. */
export function cancelled({ name }: Pick<Program, 'name'>): ProviderError {
  return new ProviderError('cancelled', `The run of ${name} was cancelled`, { hint: 'Run the review again.' });
}

/** Only the system's code is taken from the error: its message holds the whole command line. */
function notStarted({ name, install }: Program, { code }: { readonly code?: string | undefined }): ProviderError {
  return code === 'ENOENT'
    ? new ProviderError('not-found', `The program ${name} is not there`, { hint: install })
    : new ProviderError('bad-request', `The program ${name} could not be started (${code ?? 'unknown reason'})`, {
        hint: code === 'EACCES' ? 'Make the file executable, or name its interpreter first.' : 'Run it by hand to see why.',
      });
}
