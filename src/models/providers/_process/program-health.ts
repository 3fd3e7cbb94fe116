import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { explainFault } from '#lib/explain-fault.ts';
import type { Health } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { quoteProgram } from './quote-program.ts';
import { type Program, runProgram } from './run-program.ts';

/** A program that is asked for its version. */
export type Probe = Pick<Program, 'name' | 'argv' | 'environment' | 'install'>;

/** More than any version is. */
const MAX_VERSION = 20_000;

/** Whether a program can be run: it is asked for its version, or where there is no such command, looked for. */
export async function checkProgram(probe: Probe, tellsVersion: boolean, signal: AbortSignal): Promise<Health> {
  try {
    if (tellsVersion) return { available: true, detail: `${probe.name} answers: ${firstWords(await askVersion(probe, signal))}.` };
    const there = await isThere(probe);
    return {
      available: there,
      detail: there ? `The program of ${probe.name} is there.` : `The program ${probe.name} is not there: ${probe.install}`,
    };
  } catch (error) {
    return { available: false, detail: explainFault(error) };
  }
}

/** What a program says of its version, both streams. Throws `ProviderError`. */
export async function askVersion(probe: Probe, signal: AbortSignal): Promise<string> {
  const { stdout, stderr, exitCode } = await runProgram({ ...probe, folder: tmpdir(), input: '', maxOutput: MAX_VERSION }, signal);
  if (exitCode === 0) return stripVTControlCharacters(`${stdout}\n${stderr}`).trim();
  throw new ProviderError('bad-request', `The program ${probe.name} does not tell its version${quoteProgram(stderr, [])}`, {
    hint: 'Run it by hand to see why.',
  });
}

function firstWords(version: string): string {
  return version
    .split('\n')
    .slice(0, 2)
    .join(', ')
    .replace(/[\s\p{C}]+/gu, ' ')
    .slice(0, 100)
    .trim();
}

async function isThere({ argv: [program = ''], environment }: Probe): Promise<boolean> {
  const folders = /[/\\]/.test(program) ? [''] : (environment['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
