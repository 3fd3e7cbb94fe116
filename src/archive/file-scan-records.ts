import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#lib/make-folder.ts';
import { replaceFile } from '#lib/replace-file.ts';
import { InputError } from '#model/errors.ts';
import type { KeptScan, ScanRecords } from '#ports/scan-records.ts';
import { isMissing, wordFault } from './file-faults.ts';
import { encodeRecord, readHeading, readRecord } from './record-file.ts';
import { isRecordId, makeRecordId, readRecordId } from './record-id.ts';

const MOST = 50;
const ENDING = '.json.gz';

/** What a process that died left of its writing, and how old it must be to be sure of that, milliseconds. */
const DRAFT = /\.json\.gz\.[0-9a-f]{8}\.tmp$/;
const DRAFT_DIES_MS = 60 * 60 * 1000;

const FOLDER_HINT = 'Set AEGIS_CACHE_DIR to a folder that can be read and written.';
const LIST_HINT = '`aegis replay` lists the scans that are kept.';

/**
 * Scans of a person's own machine: one file each, readable by its owner alone, the latest fifty. A file appears as a
 * whole or not at all; one that is damaged or of another version is left out of lists. Any number of processes may
 * share the folder. `project`: how people call what is reviewed here; lists show it, because scans of all projects are in one folder.
 */
export function createFileScanRecords(folder: string, now: () => Date = () => new Date(), project = ''): ScanRecords {
  const pathOf = (id: string) => join(folder, `${id}${ENDING}`);

  const list = async (): Promise<readonly KeptScan[]> => {
    const ids = await listIds(folder);
    const scans = await Promise.all(ids.map(async (id) => ({ id, heading: await readHeading(pathOf(id)) })));
    return scans
      .flatMap(({ id, heading }) => {
        if (heading === null) return [];
        const { version: _, ...shown } = heading;
        return [{ id, ...shown }];
      })
      .toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? 1 : -1));
  };
  const find = async (typed: string): Promise<string> => {
    if (typed !== 'last') return pickOne(typed, await listIds(folder));
    const [latest] = await list();
    if (latest === undefined) throw new InputError('no scan is kept yet', { hint: 'Run `aegis review` or `aegis scan` first.' });
    return latest.id;
  };

  return {
    list,
    async save(record) {
      const at = now();
      const id = makeRecordId();
      try {
        await makeFolder(folder);
        await replaceFile(pathOf(id), await encodeRecord(record, at.toISOString(), project));
        // By its time the oldest is found; of two files within one tick of the disk's clock the later is later all the same.
        await utimes(pathOf(id), at, at);
        await dropOldest(folder, `${id}${ENDING}`, at.getTime());
      } catch (error) {
        throw wordFault(error, `the scan cannot be kept in ${folder}`, FOLDER_HINT);
      }
      return id;
    },
    async load(typed) {
      const id = await find(typed);
      const record = await readRecord(pathOf(id)).catch((error: unknown) => {
        if (isMissing(error)) throw noSuch(typed);
        throw wordFault(error, `the kept scan ${id} cannot be read`, FOLDER_HINT);
      });
      if (record === 'damaged') throw new InputError(`the kept scan ${id} is damaged`, { hint: 'Review the change again.' });
      if (record === 'foreign')
        throw new InputError(`the kept scan ${id} was written by another version of Aegis`, {
          hint: 'Read it with that version, or review the change again.',
        });
      return { id, record };
    },
  };
}

function pickOne(typed: string, ids: readonly string[]): string {
  const wanted = readRecordId(typed);
  const [found, second] = wanted === null ? [] : ids.filter((id) => id.startsWith(wanted));
  if (found === undefined) throw noSuch(typed);
  if (second !== undefined)
    throw new InputError(`more than one kept scan begins with ${typed}`, { hint: `Write more of its id. ${LIST_HINT}` });
  return found;
}

function noSuch(typed: string): InputError {
  return new InputError(`there is no kept scan ${typed}`, { hint: LIST_HINT });
}

async function listIds(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw wordFault(error, `the kept scans in ${folder} cannot be read`, FOLDER_HINT);
  });
  return names
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .filter(isRecordId);
}

/** Removes the oldest beyond the bound, but not the one that has just been added, and drafts that nobody writes any more. */
async function dropOldest(folder: string, added: string, now: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== added);
  const files = await Promise.all(
    names.map(async (name) => ({ name, changedAt: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? now })),
  );
  const kept = files.filter(({ name }) => name.endsWith(ENDING) && isRecordId(name.slice(0, -ENDING.length)));
  const old = kept.toSorted((a, b) => b.changedAt - a.changedAt).slice(MOST - 1);
  const dead = files.filter(({ name, changedAt }) => DRAFT.test(name) && now - changedAt > DRAFT_DIES_MS);
  await Promise.all([...old, ...dead].map(({ name }) => rm(join(folder, name), { force: true })));
}
