import { readFile } from 'node:fs/promises';
import { describeFileFault } from '#lib/describe-file-fault.ts';
import { InputError } from '#model/errors.ts';

/** A file's text; null where there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether a fault says that a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A fault of the file system as `InputError`: "the kept scans in … cannot be written: the disk is full". Others pass unchanged. */
export function wordFault(error: unknown, what: string, hint: string): unknown {
  const clause = describeFileFault(error);
  return clause === null ? error : new InputError(`${what}: ${clause}`, { hint });
}

/** JSON as a value; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
