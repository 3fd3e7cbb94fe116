import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When a process began, as text that differs between two processes that had the same id one after the other.
 * Null where there is no such process (a zombie is none: it holds nothing any more), and `unknown` where the system
 * cannot say but the id is in use.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return startOnLinux(pid);
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } });
    return stdout.trim() || null;
  } catch {
    return answersSignal(pid) ? 'unknown' : null;
  }
}

/** Fields 3 (state) and 22 (start time, clock ticks since boot): https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function startOnLinux(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in field 2 may hold spaces and brackets; nothing after its last bracket does.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0] ?? '';
  return stat === '' || 'ZX'.includes(state) ? null : (fields[19] ?? null);
}

function answersSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
