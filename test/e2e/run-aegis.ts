import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export const AEGIS = fileURLToPath(new URL('../../bin/aegis.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
}

/** Runs the built command line as a child process, in an environment that holds nothing but what is given. */
export function runAegis(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return startAegis(args, options).ended;
}

/** As `runAegis`, for who does something to the process while it runs. It is killed when the test ends. */
export function startAegis(args: readonly string[], options: RunOptions = {}): { child: ChildProcess; ended: Promise<Ran> } {
  const child = spawn(process.execPath, [AEGIS, ...args], { cwd: options.cwd ?? makeFolder(), env: cleanEnv(options.env) });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => stdout.push(part));
  child.stderr.on('data', (part: Buffer) => stderr.push(part));
  child.stdin.on('error', () => {}).end(options.stdin ?? '');
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }));
  });
  return { child, ended };
}

export function cleanEnv(extra: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: makeFolder(), LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1', ...extra };
}

/** A folder that is gone after the test; one that is made for several tests, after all of them. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-test-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (expect.getState().currentTestName === undefined) process.once('exit', remove);
  else onTestFinished(remove);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false', ...args], {
    cwd,
    encoding: 'utf8',
    env: cleanEnv(),
  });
}

/** A repository on `main` with one commit of these files. */
export function makeRepository(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  writeFiles(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message=base');
  return folder;
}
