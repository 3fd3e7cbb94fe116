import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { openRepository } from '#git/repository.ts';
import { InputError } from '#model/errors.ts';

/** A configuration file as it lies on the disk. */
export interface ConfigFile {
  /** How people call it. */
  readonly source: string;
  /** Null where there is none and none was named: the defaults hold. */
  readonly text: string | null;
}

/**
 * Reads the configuration that a command is about: the named file, else `.aegis.yml` at the top of the repository (or
 * in this folder, where there is no repository). Throws `InputError` for a named file that cannot be read.
 */
export async function readConfigFile(cwd: string, named: string | undefined): Promise<ConfigFile> {
  if (named !== undefined) return { source: named, text: await readText(resolve(cwd, named), named) };
  const root = await openRepository(cwd).then(
    (repository) => repository.root,
    () => cwd,
  );
  const path = join(root, '.aegis.yml');
  const text = await readText(path, basename(path)).catch((error: unknown) => {
    if (error instanceof InputError && (error.cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  return { source: basename(path), text };
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`the configuration ${shown} cannot be read`, {
      hint: 'Check that the file is there and that you may read it.',
      cause,
    });
  }
}
