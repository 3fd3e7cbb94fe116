import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '#model/errors.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ReviewDeps } from './review-deps.ts';

interface Writing {
  /** Id of a reporter. */
  readonly format: string;
  /** A file in the place of standard output. */
  readonly output?: string | undefined;
  /** Category of SARIF. */
  readonly category: string;
}

/** Shows a result as it was asked for. Throws `InputError` where that cannot be. */
export async function writeResult(
  result: ScanResult,
  { format, output, category }: Writing,
  deps: Pick<ReviewDeps, 'io' | 'cwd' | 'version' | 'reporters'>,
): Promise<void> {
  const reporter = deps.reporters.find((one) => one.id === format);
  if (reporter === undefined) throw new InputError(`the format ${format} is not known`, { hint: 'See `aegis review --help`.' });
  const text = reporter.render(result, {
    color: deps.io.color && output === undefined,
    width: deps.io.width,
    category,
    version: deps.version,
    ...timesOf(result),
  });
  await writeOutput(text, output, deps);
}

/** A result is written when its scan has ended. */
function timesOf({ timing }: ScanResult): { readonly began: string; readonly ended: string } {
  const now = Date.now();
  const utc = (at: number) => new Date(at).toISOString().slice(0, 19);
  return { began: utc(now - timing.totalMs), ended: utc(now) };
}

/** Prints a text, or writes it to a file. Throws `InputError` where that cannot be. */
export async function writeOutput(text: string, output: string | undefined, { io, cwd }: Pick<ReviewDeps, 'io' | 'cwd'>): Promise<void> {
  if (output === undefined) {
    io.out(text);
    return;
  }
  const path = resolve(cwd, output);
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new InputError(`the result cannot be written to ${path}`, {
      hint: 'Give --output a path in a folder that exists and can be written.',
      cause,
    });
  }
}
