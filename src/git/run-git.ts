import { spawn } from 'node:child_process';
import { InputError, UnavailableError } from '#model/errors.ts';

/** Most bytes that one git command may print before it is stopped. */
const MOST_OUTPUT = 100_000_000;
/** Nothing that Aegis asks of git takes this long; what does hangs. */
const TIME_LIMIT_MS = 300_000;

/**
 * Settings of the repository that could start programs or bend the output. `core.fsmonitor` and hooks are commands;
 * the rest changes how a diff looks. https://git-scm.com/docs/git-config
 */
const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'diff.external=',
  'core.quotePath=true',
  'core.safecrlf=false',
  'diff.noprefix=false',
  'diff.mnemonicPrefix=false',
].flatMap((setting) => ['-c', setting]);

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What ends a command before its time. */
export interface GitLimits {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Runs git in a folder, without a shell, prompts or optional locks. Any exit code is an answer; throws `InputError`
 * when it prints too much or runs too long, `UnavailableError` when there is no git, and the signal's reason.
 */
export async function runGit(cwd: string, args: readonly string[], input?: string, limits: GitLimits = {}): Promise<GitOutput> {
  limits.signal?.throwIfAborted();
  const child = spawn('git', ['--no-pager', '--literal-pathspecs', ...SETTINGS, ...args], {
    cwd,
    env: makeEnvironment(),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: limits.timeoutMs ?? TIME_LIMIT_MS,
    signal: limits.signal,
    windowsHide: true,
  });
  return await new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_OUTPUT) child.kill();
      else out.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (err.length < 100) err.push(chunk);
    });
    child.on('error', (cause) =>
      reject(
        limits.signal?.aborted
          ? limits.signal.reason
          : new UnavailableError('git cannot be started', { hint: 'Install git 2.30 or newer, or review a diff file with --diff.', cause }),
      ),
    );
    child.on('close', (code, signal) => {
      const name = `git ${args[0]}`;
      if (size > MOST_OUTPUT) {
        reject(
          new InputError(`${name} printed more than ${MOST_OUTPUT / 1_000_000} MB`, {
            hint: 'Review a smaller range: give a nearer --base.',
          }),
        );
      } else if (code === null) {
        reject(
          new InputError(`${name} was stopped (${signal})`, {
            hint: `It has ${TIME_LIMIT_MS / 60_000} minutes; see with \`git status\` what holds it up.`,
          }),
        );
      } else resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
    });
    // Git may end before it has read everything; its exit code tells of it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Runs git where only success will do. Throws `InputError` with the first line of its complaint. */
export async function askGit(cwd: string, args: readonly string[], input?: string): Promise<Buffer> {
  const { code, stdout, stderr } = await runGit(cwd, args, input);
  if (code === 0) return stdout;
  const complaint = stderr.split('\n').find((line) => /^(?:fatal|error): /.test(line)) ?? stderr.split('\n')[0] ?? '';
  throw new InputError(`git ${args[0]} failed: ${printable(complaint) || `exit code ${code}`}`, {
    hint: 'Run `git status` here and mend what it complains about.',
  });
}

/** Text for a message: no control characters, and not too much of it. */
export function printable(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .slice(0, 200)
    .trim();
}

/** Ours, but for variables that change what a diff holds, and with git's messages in English so that they can be told apart. */
function makeEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: a child's environment is handed on, no setting is read from it.
  const { GIT_DIFF_OPTS: _options, GIT_EXTERNAL_DIFF: _external, ...inherited } = process.env;
  return { ...inherited, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
}
