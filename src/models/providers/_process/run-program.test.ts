import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError } from '#ports/provider-error.ts';
import { type Program, runProgram } from './run-program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aegis-test-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const never = () => new AbortController().signal;

function program(argv: readonly string[], changes: Partial<Program> = {}): Program {
  const environment = { PATH: process.env['PATH'] ?? '' };
  return { name: 'sample', argv, folder, environment, input: '', maxOutput: 1_000_000, install: 'Install it.', ...changes };
}

const script = (source: string, ...args: string[]) => [process.execPath, '-e', source, '--', ...args];

/** Processes of which a word of the command line is the given one. */
function findRunning(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

describe('a program that ends', () => {
  it('gets its arguments as they are: no shell reads them', async () => {
    const args = ['$(touch x)', '; ls', '*', 'a b', '"', '\\', ''];
    const ended = await runProgram(program(script('console.log(JSON.stringify(process.argv.slice(1)))', ...args)), never());
    expect(JSON.parse(ended.stdout)).toEqual(args);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('reads its input, and sees an end where there is none', async () => {
    const echo = script('process.stdin.pipe(process.stdout)');
    expect((await runProgram(program(echo, { input: 'prompt “é”' }), never())).stdout).toBe('prompt “é”');
    expect((await runProgram(program(echo), never())).stdout).toBe('');
  });

  it('may leave its input unread', async () => {
    const ended = await runProgram(program(script('console.log("done")'), { input: 'x'.repeat(1_000_000) }), never());
    expect(ended).toMatchObject({ stdout: 'done\n', exitCode: 0 });
  });

  it('sees the variables that it is given, a mark, and nothing else', async () => {
    process.env['AEGIS_TEST_SECRET'] = 'hunter2';
    const ended = await runProgram(program(script('console.log(JSON.stringify(process.env))'), { environment: { GIVEN: 'yes' } }), never());
    delete process.env['AEGIS_TEST_SECRET'];
    const names = Object.keys(JSON.parse(ended.stdout) as object).filter((name) => name !== '__CF_USER_TEXT_ENCODING');
    expect(names.sort()).toEqual(['AEGIS_RUN', 'GIVEN']);
  });

  it.each([
    { name: 'a code', source: 'console.error("why"); process.exitCode = 3', ended: { exitCode: 3, endedBy: null, stderr: 'why\n' } },
    { name: 'a signal', source: 'process.kill(process.pid, "SIGKILL")', ended: { exitCode: null, endedBy: 'SIGKILL' } },
    { name: 'bytes that are no text', source: 'process.stdout.write(Buffer.from([97, 255, 0, 98]))', ended: { stdout: 'a\ufffd\0b' } },
  ])('tells $name', async ({ source, ended }) => expect(await runProgram(program(script(source)), never())).toMatchObject(ended));

  it('is stopped where it prints more than it may', async () => {
    const source =
      'const part = "x".repeat(65536); const print = () => { while (process.stdout.write(part)); process.stdout.once("drain", print); }; print();';
    const ended = await runProgram(program(script(source), { maxOutput: 100_000 }), never());
    expect(ended.overflowed).toBe(true);
    expect(ended.stdout).toHaveLength(100_000);
  });
});

describe('many programs', () => {
  it('take turns, and one that waits for its turn can be called off', async () => {
    const most = Math.max(2, availableParallelism());
    const stop = new AbortController();
    const source = 'setInterval(() => {}, 1000)';
    const running = Array.from({ length: most }, () => runProgram(program(script(source)), stop.signal).catch((error: unknown) => error));
    const waiting = new AbortController();
    const path = join(folder, 'had-its-turn');
    const queued = runProgram(program(script(`require("fs").writeFileSync(${JSON.stringify(path)}, "")`)), waiting.signal);
    await wait(1_000);
    expect(existsSync(path)).toBe(false);
    waiting.abort();
    await expect(queued).rejects.toMatchObject({ fault: 'cancelled' });
    stop.abort();
    expect(await Promise.all(running)).toHaveLength(most);
    expect(await runProgram(program(script('console.log("next")')), never())).toMatchObject({ stdout: 'next\n' });
    expect(existsSync(path)).toBe(false);
  });
});

describe('a program that cannot be started', () => {
  it('is missing: the error says how to install it', async () => {
    const error = await runProgram(program(['no-such-program-anywhere', 'secret']), never()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: 'not-found', message: 'The program sample is not there', hint: 'Install it.' });
  });

  it('is not executable', async () => {
    const path = join(folder, 'plain.txt');
    await writeFile(path, 'text', { mode: 0o600 });
    await expect(runProgram(program([path]), never())).rejects.toMatchObject({ fault: 'bad-request' });
    await rm(path);
  });

  it('is not started once the signal has ended', async () => {
    const path = join(folder, 'started');
    const start = runProgram(program(script(`require("fs").writeFileSync(${JSON.stringify(path)}, "")`)), AbortSignal.abort());
    await expect(start).rejects.toBeInstanceOf(ProviderError);
    expect(existsSync(path)).toBe(false);
  });
});

// What runs is looked up in /proc.
describe.skipIf(process.platform !== 'linux')('nothing of a program survives', () => {
  /** Starts children that ignore SIGTERM, one in a session of its own, and says so. */
  const stubborn = (mark: string, then: string) => {
    const child = 'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {}); setInterval(() => {}, 1000); console.log("up")';
    return `const { spawn } = require("child_process"); process.on("SIGTERM", () => {});
      for (const detached of [false, true]) spawn(process.execPath, ["-e", ${JSON.stringify(child)}, "--", ${JSON.stringify(mark)}], { detached, stdio: ["ignore", "inherit", "inherit"] });
      ${then}`;
  };

  it('when it is cancelled while it and its children ignore SIGTERM', async () => {
    const mark = `stubborn-${process.pid}-a`;
    const stop = new AbortController();
    const running = runProgram(program(script(stubborn(mark, 'setInterval(() => {}, 1000)'), mark)), stop.signal).catch(
      (error: unknown) => error,
    );
    await expect.poll(() => findRunning(mark).length, { timeout: 20_000 }).toBe(3);
    stop.abort();
    expect(await running).toMatchObject({ fault: 'cancelled' });
    await expect.poll(() => findRunning(mark)).toEqual([]);
  });

  it('when it ends and leaves children behind that hold its output', async () => {
    const mark = `stubborn-${process.pid}-b`;
    const ended = await runProgram(program(script(stubborn(mark, 'setTimeout(() => process.exit(0), 500)'), mark)), never());
    expect(ended.exitCode).toBe(0);
    await expect.poll(() => findRunning(mark)).toEqual([]);
  });

  it('and one that can end is given the moment to do so', async () => {
    const path = join(folder, 'ended-well');
    const source = `process.on("SIGTERM", () => { require("fs").writeFileSync(${JSON.stringify(path)}, "yes"); process.exit(0); }); setInterval(() => {}, 1000); console.error("ready")`;
    const stop = new AbortController();
    const running = runProgram(program(script(source, 'polite-one')), stop.signal).catch((error: unknown) => error);
    await expect.poll(() => findRunning('polite-one').length, { timeout: 20_000 }).toBe(1);
    await wait(1_000);
    stop.abort();
    expect(await running).toMatchObject({ fault: 'cancelled' });
    expect(existsSync(path)).toBe(true);
  });
});
