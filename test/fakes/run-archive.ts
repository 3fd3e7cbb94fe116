import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFileJudgements } from '#archive/file-judgements.ts';
import { createFilePipelines } from '#archive/file-pipelines.ts';
import { createFileScanRecords } from '#archive/file-scan-records.ts';
import type { ArchiveDeps } from '#commands/archive-deps.ts';
import { runProgram } from '#commands/run-program.ts';
import { registry } from '#registry.ts';
import { KNOWN } from './known-parts.ts';

/** An archive in files of its own, and commands that are run against it. `replay` is the test's. */
export function openArchiveForTests(replay: ArchiveDeps['replay'] = async (record) => record.result, stdin = '') {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-archive-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const parts = {
    records: createFileScanRecords(join(folder, 'runs')),
    judgements: createFileJudgements(join(folder, 'judgements.json')),
    pipelines: createFilePipelines(join(folder, 'pipelines.yml')),
  };
  const opened = { databases: [] as boolean[], closed: 0 };
  const close = async () => {
    opened.closed += 1;
  };
  const never = () => Promise.reject(new TypeError('not part of this test'));

  const run = async (...args: string[]) => {
    const said = { out: '', err: '' };
    const io = {
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      readStdin: async () => stdin,
      ...{ isTerminal: false, color: false, width: 120 },
    };
    const code = await runProgram(
      args,
      {
        ...{ io, cwd: folder, version: '1.2.3', nodeVersion: '24.0.0', signal: new AbortController().signal },
        ...{
          known: KNOWN,
          reporters: registry.reporters,
          providers: [],
          checkDatabase: null,
          checkGitHub: null,
          now: () => '',
          isSet: () => false,
        },
        ...{ resolvePlan: never, scan: never, preview: never, connect: never, serve: never, migrateDatabase: never, openDesk: never },
        ...{ openSecrets: never, openSecretNames: never, discover: never, pull: never, searchHub: never },
        openArchive: async ({ database }) => {
          opened.databases.push(database);
          return { ...parts, close };
        },
        openPipelines: async ({ database }) => {
          opened.databases.push(database);
          return { ...parts.pipelines, close };
        },
        replay,
      },
      false,
    );
    return { code, ...said };
  };
  return { folder, ...parts, opened, run };
}
