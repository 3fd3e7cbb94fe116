import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const AEGIS = fileURLToPath(new URL('../bin/aegis.js', import.meta.url));

export interface Measured {
  readonly ms: number;
  /** Highest resident memory that was seen, MB; 0 where the system does not tell (only Linux does here). */
  readonly peakMb: number;
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a Node process to its end and takes its wall time and peak memory. */
export async function measureNode(args: readonly string[], cwd: string): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (part: Buffer) => {
    stderr += part.toString();
  });
  let peakMb = 0;
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, readPeak(child));
  }, 5);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(look);
  return { ms: performance.now() - startedAt, peakMb, code, stderr };
}

/** `VmHWM`, the kernel's own high-water mark: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
export function readPeak(child: ChildProcess): number {
  try {
    const kb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
