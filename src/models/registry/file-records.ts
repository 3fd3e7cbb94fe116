import { readFile, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { describeFileFault } from '#lib/describe-file-fault.ts';
import { replaceFile } from '#lib/replace-file.ts';
import { withFileLock } from '#lib/with-file-lock.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelVersion, RegisteredModel } from '#model/registered-model.ts';
import type { ModelRecords, RegistryState } from '#ports/model-records.ts';
import { builtInEntries } from './make-entry.ts';
import type { ModelParts } from './model-document.ts';
import { type ModelDocument, readDocument } from './read-document.ts';
import { writeState } from './write-document.ts';

/**
 * A registry in one YAML file. No file is an empty registry; a file that is broken is a `ConfigError` that names the
 * places, and it stays as it is. What `aegis models export` writes is such a file, and so is one written by hand.
 */
export function createFileRecords(path: string, parts: ModelParts): ModelRecords {
  const builtIns = builtInEntries(parts.providers);

  const read = async (): Promise<RegistryState> => {
    const found = await readText(path);
    return found === null ? { models: [], versions: [] } : stateOf(readDocument(found.text, path, parts), found.changedAt, builtIns);
  };
  return {
    place: path,
    read,
    change: async (edit) => {
      try {
        return await withFileLock(path, async () => {
          const before = await read();
          const { state, result } = edit(before);
          if (state !== before) await replaceFile(path, writeState(state, builtIns));
          return result;
        });
      } catch (error) {
        throw wordFault(error, path, 'written');
      }
    },
    // The command line runs one scan at a time and keeps no count of its calls.
    usesOf: async () => [],
    callRecords: async () => new Map(),
  };
}

async function readText(path: string): Promise<{ text: string; changedAt: string } | null> {
  try {
    const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, changedAt: mtime.toISOString() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw wordFault(error, path, 'read');
  }
}

/** What a person changed by hand is a version of its own, as old as the file. */
function stateOf({ models, history }: ModelDocument, changedAt: string, builtIns: readonly ModelEntry[]): RegistryState {
  const versions: ModelVersion[] = [...history];
  const registered = models.map(({ entry, status, availability, availability_checked_at }): RegisteredModel => {
    const isBuiltIn = builtIns.some(({ model_id }) => model_id === entry.model_id);
    const last = history.findLast(({ model_id }) => model_id === entry.model_id);
    const known = last !== undefined && (isBuiltIn ? last.entry.weight === entry.weight : sameContent(last.entry, entry));
    const version = known ? last.version : (last?.version ?? 0) + 1;
    if (!known) versions.push({ model_id: entry.model_id, version, created_at: changedAt, entry });
    return { ...entry, status: status ?? 'registered', availability, availability_checked_at, version };
  });
  return { models: registered, versions };
}

function sameContent(a: ModelEntry, b: ModelEntry): boolean {
  return isDeepStrictEqual({ ...a, status: b.status }, b);
}

function wordFault(error: unknown, path: string, verb: 'read' | 'written'): unknown {
  const clause = describeFileFault(error);
  if (clause === null) return error;
  return new InputError(`the models in ${path} cannot be ${verb}: ${clause}`, {
    hint: 'Set AEGIS_MODELS_FILE to a file that can be read and written.',
  });
}
