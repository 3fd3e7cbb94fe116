import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

interface KeptFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** Most answers are short: without this, a bound in bytes alone would let some hundred thousand files be. */
const MOST_FILES = 20_000;

/** What is left after a prune, so that the next answer does not begin another one. */
const LEFT = 0.9;

/** A scratch file of this age was left behind by a process that died, milliseconds. */
const SCRATCH_DIES_MS = 60 * 60 * 1000;

/** Removes what was used longest ago until the folders of a folder are within the bound. Answers the bytes that are left; never rejects. */
export async function pruneFolder(folder: string, maxBytes: number): Promise<number> {
  const files: KeptFile[] = [];
  for (const shard of await list(folder)) if (shard.isDirectory()) files.push(...(await readShard(join(folder, shard.name))));
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let count = files.length;
  if (bytes <= maxBytes && count <= MOST_FILES) return bytes;

  for (const file of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= maxBytes * LEFT && count <= MOST_FILES * LEFT) break;
    await rm(file.path, { force: true }).catch(() => undefined);
    bytes -= file.bytes;
    count -= 1;
  }
  return bytes;
}

/** The answers of one folder. What a process that died left of its writing is removed on the way. */
async function readShard(shard: string): Promise<KeptFile[]> {
  const names = (await list(shard)).filter((entry) => entry.isFile()).map(({ name }) => join(shard, name));
  const files = (await Promise.all(names.map(readAge))).filter((file) => file !== null);
  const dead = files.filter(({ path, usedAt }) => path.endsWith('.tmp') && Date.now() - usedAt > SCRATCH_DIES_MS);
  await Promise.all(dead.map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
  return files.filter(({ path }) => path.endsWith('.json'));
}

async function readAge(path: string): Promise<KeptFile | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, bytes: size, usedAt: mtimeMs };
  } catch {
    return null;
  }
}

async function list(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(() => []);
}
