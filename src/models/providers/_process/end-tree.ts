import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** A program that runs, with everything that it started. */
export interface ProcessTree {
  readonly pid: number | null;
  /** `NAME=value` in the environment of each of its processes. */
  readonly mark: string;
  /** Whether it leads a process group of its own. Windows has none. */
  readonly grouped: boolean;
}

/** How often it is looked whether a program that was asked to stop has, milliseconds. */
const LOOK_MS = 5;

/** Ends a program and what it started: asks it to stop, waits at most for the grace time, kills. Without grace it kills at once. */
export async function endTree(tree: ProcessTree, graceMs: number): Promise<void> {
  if (graceMs > 0) {
    signalGroup(tree, 'SIGTERM');
    for (let waited = 0; waited < graceMs && signalGroup(tree, 0); waited += LOOK_MS) await wait(LOOK_MS);
  }
  signalGroup(tree, 'SIGKILL');
  for (const pid of await findMarked(tree.mark)) send(pid, 'SIGKILL');
}

/** Sends a signal to the program's group; 0 sends nothing and only looks. Answers whether anything of it was there. */
export function signalGroup({ pid, grouped }: ProcessTree, signal: NodeJS.Signals | 0): boolean {
  return pid !== null && send(grouped ? -pid : pid, signal);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended
  }
}

/**
 * Processes that carry the mark: those that left the group by a session of their own, too. Linux tells the environment
 * of each process (https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html); where no system does, there are none.
 */
async function findMarked(mark: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const marked = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(mark) ? [Number(pid)] : [];
    }),
  );
  return marked.flat();
}
