import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { InputError } from '#model/errors.ts';
import type { ActionIo } from './context.ts';

/** The files that a runner gives a step: https://docs.github.com/actions/reference/workflow-commands-for-github-actions#environment-files */
export function createActionIo(variables: Readonly<Record<string, string | undefined>>, out: (text: string) => void): ActionIo {
  const append = async (path: string | undefined, text: string) => {
    if (path !== undefined && path !== '') await appendFile(path, text);
  };
  return {
    out,
    async readEvent() {
      try {
        return JSON.parse(await readFile(variables['GITHUB_EVENT_PATH'] ?? '', 'utf8')) as unknown;
      } catch (cause) {
        throw new InputError('the event of this run cannot be read', {
          hint: 'Run this as a step of a workflow of GitHub Actions.',
          cause,
        });
      }
    },
    appendOutput: (text) => append(variables['GITHUB_OUTPUT'], text),
    appendSummary: (text) => append(variables['GITHUB_STEP_SUMMARY'], text),
    async writeFile(path, text) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      } catch (cause) {
        throw new InputError(`${basename(path)} cannot be written to ${dirname(path)}`, {
          hint: 'Name a place that the job may write to.',
          cause,
        });
      }
    },
    random: () => randomUUID().replaceAll('-', ''),
  };
}
