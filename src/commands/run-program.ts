import { CommanderError } from 'commander';
import { AegisError, ConfigError } from '#model/errors.ts';
import { oneLine } from '#report/plain-text.ts';
import { buildProgram, type ProgramDeps } from './program.ts';
import { safeText } from './safe-text.ts';

/** Exit codes of the command line that no result decides. */
const USAGE = 2;
const CANCELLED = 130;
const BROKEN = 3;

/**
 * Runs one command line and returns its exit code. Whatever goes wrong becomes one sentence on stderr; a stack is
 * shown only when `debug` asks for it.
 */
export async function runProgram(args: readonly string[], deps: Omit<ProgramDeps, 'exit'>, debug: boolean): Promise<number> {
  let code = 0;
  try {
    await buildProgram({
      ...deps,
      exit: (chosen) => {
        code = chosen;
      },
    }).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (deps.signal.aborted) {
      deps.io.err('aegis: cancelled; nothing was concluded\n');
      return CANCELLED;
    }
    deps.io.err(safeText(describe(error)));
    if (debug && error instanceof Error) deps.io.err(`${error.stack ?? ''}\n`);
    return error instanceof AegisError ? USAGE : BROKEN;
  }
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) {
    const problems = error.problems.map(
      ({ source, line, column, key, message }) =>
        `  ${source === undefined ? '' : `${source}:`}${line}:${column}  ${oneLine(`${key === '' ? '' : `${key}: `}${message}`)}\n`,
    );
    return `aegis: ${error.message}\n${problems.join('')}`;
  }
  if (error instanceof AegisError) return `aegis: ${sentence(error.message)} ${error.hint}\n`;
  const message = error instanceof Error ? error.message : String(error);
  return `aegis: a fault of Aegis itself: ${sentence(message)} Set AEGIS_DEBUG=1 to see where.\n`;
}

function sentence(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
