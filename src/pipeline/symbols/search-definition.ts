import { setImmediate } from 'node:timers/promises';
import { isSecretFile } from '#lib/is-secret-file.ts';
import { splitSymbol } from '#lib/symbol-name.ts';
import type { ChunkFile } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { CodeReader, DefinitionFinder } from '#ports/code-reader.ts';

/** Files beyond those of the chunk that are looked into for one symbol. */
const MOST_FILES = 40;
/** Files of a chunk from which the repository is searched. */
const MOST_USERS = 3;
/** Longer definitions are cut in any case; nothing is kept of what nobody will see. */
const MOST_LINES = 400;
/** Longer texts are no source that a person wrote. */
const MOST_CHARACTERS = 300_000;

interface Search {
  readonly reader: CodeReader;
  readonly findDefinition: DefinitionFinder;
  readonly signal: AbortSignal;
}

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes the search for one symbol: in the files that use it, then where they may have it from. Where `holder.name` is
 * nowhere, `name` alone is looked for, first in what may be imported; then the name that it is an alias of. Throws
 * nothing but the signal's reason.
 */
export function createDefinitionSearch({ reader, findDefinition, signal }: Search) {
  return async (symbol: string, files: readonly ChunkFile[]): Promise<Definition | null> => {
    const own = await readOwn(files);
    const inOwn = await findIn(own, symbol);
    if (inOwn !== null) return inOwn;
    const { name = symbol, holder = null } = splitSymbol(symbol) ?? {};
    const users = usersOf(name, own, files);
    const around = await readAround(symbol, users, own);
    const found = (await findIn(around, symbol)) ?? (holder === null ? null : await findIn([...around, ...own], name));
    if (found !== null) return { ...found, symbol };
    const original = originalName(name, own);
    if (original === null) return null;
    const aliased = await findIn(await readAround(original, users, own), original);
    return aliased === null ? null : { ...aliased, symbol };
  };

  async function readOwn(files: readonly ChunkFile[]): Promise<readonly Source[]> {
    const sources: Source[] = [];
    for (const { path, text } of files) {
      const known = isSecretFile(path) ? null : (text ?? (await read(path)));
      if (known !== null) sources.push({ path, text: known });
    }
    return sources;
  }

  async function readAround(symbol: string, users: readonly string[], own: readonly Source[]): Promise<readonly Source[]> {
    const paths = new Set<string>();
    for (const path of users) {
      signal.throwIfAborted();
      const found = (await reader.whereDefined?.(symbol, path, signal).catch(() => [])) ?? [];
      for (const each of found) if (!isSecretFile(each)) paths.add(each);
    }
    for (const { path } of own) paths.delete(path);
    const wanted = [...paths].slice(0, MOST_FILES);
    if (wanted.length > 0) await reader.prefetch(wanted).catch(() => undefined);
    const sources: Source[] = [];
    for (const path of wanted) {
      const text = await read(path);
      if (text !== null) sources.push({ path, text });
    }
    return sources;
  }

  async function read(path: string): Promise<string | null> {
    signal.throwIfAborted();
    return await reader.read(path).catch(() => null);
  }

  async function findIn(sources: readonly Source[], symbol: string): Promise<Definition | null> {
    for (const { path, text } of sources) {
      if (text.length > MOST_CHARACTERS) continue;
      // A parse is native work: between two of them, timers and signals have their turn.
      await setImmediate();
      signal.throwIfAborted();
      const place = findDefinition(text, path, symbol);
      if (place === null) continue;
      const lines = text.split(/\r?\n/).slice(place.startLine - 1, Math.min(place.endLine, place.startLine - 1 + MOST_LINES));
      return { symbol, path, startLine: place.startLine, text: lines.join('\n') };
    }
    return null;
  }
}

/** The files of a chunk that use a name; all of them where it stands in none that is known. */
function usersOf(name: string, own: readonly Source[], files: readonly ChunkFile[]): readonly string[] {
  const users = own.filter(({ text }) => text.includes(name));
  return (users.length > 0 ? users : files).slice(0, MOST_USERS).map(({ path }) => path);
}

/** `query` for `run` in `import { query as run } from …` and `from db import query as run`; null where it is no alias. */
function originalName(name: string, own: readonly Source[]): string | null {
  const plain = name.replace(/[$?]/g, '\\$&');
  const alias = new RegExp(`(?<![\\p{L}\\p{N}_$])([\\p{L}_$][\\p{L}\\p{N}_$]{0,199})\\s{1,9}as\\s{1,9}${plain}(?![\\p{L}\\p{N}_$])`, 'u');
  for (const { text } of own) {
    const [, original] = alias.exec(text.slice(0, MOST_CHARACTERS)) ?? [];
    if (original !== undefined && original !== name) return original;
  }
  return null;
}
