import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CONFIG_FILES } from '#config/config-files.ts';
import type { ConfigLayer } from '#config/read-config.ts';
import { openRepository } from '#git/repository.ts';
import { InputError } from '#model/errors.ts';

/** A configuration as it lies on the disk. */
export interface ConfigFiles {
  /** How people call it: the nearest file, or the one that there could be. */
  readonly source: string;
  /** The nearest first. Empty where there is none and none was named: the defaults hold. */
  readonly layers: readonly ConfigLayer[];
}

/**
 * Reads the configuration that a command is about: the named file alone, else `.aegis.yml` over `.github/aegis.yml` of the
 * working tree. Throws `InputError` for a file that is there and cannot be read.
 */
export async function readConfigFiles(cwd: string, named: string | undefined): Promise<ConfigFiles> {
  if (named !== undefined) return { source: named, layers: [{ source: named, text: await readText(resolve(cwd, named), named) }] };
  const root = await topFolder(cwd);
  const layers: ConfigLayer[] = [];
  for (const source of CONFIG_FILES) {
    const text = await readText(join(root, source), source).catch((error: unknown) => {
      // `ENOTDIR`: something else is called `.github`.
      const code = error instanceof InputError ? (error.cause as NodeJS.ErrnoException).code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw error;
    });
    if (text !== null) layers.push({ source, text });
  }
  return { source: layers[0]?.source ?? CONFIG_FILES[0], layers };
}

/** The top of the repository, or this folder where there is none. */
export async function topFolder(cwd: string): Promise<string> {
  return await openRepository(cwd).then(
    (repository) => repository.root,
    () => cwd,
  );
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
