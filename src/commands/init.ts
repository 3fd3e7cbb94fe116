import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { CONFIG_FILES } from '#config/config-files.ts';
import { PRESET_NAMES, type PresetName } from '#config/presets.ts';
import { InputError } from '#model/errors.ts';
import { topFolder } from './config-file.ts';
import { describeSurvey } from './init/describe-survey.ts';
import { draftConfig } from './init/draft-config.ts';
import { type SurveyDeps, surveyRepository } from './init/survey-repository.ts';
import type { CommandIo } from './io.ts';
import { safeText } from './safe-text.ts';

export type InitDeps = SurveyDeps & {
  readonly io: Pick<CommandIo, 'out'>;
  readonly cwd: string;
  exit(code: number): void;
};

const [FILE] = CONFIG_FILES;

/** `aegis init`: a first `.aegis.yml`. */
export function registerInit(program: Command, deps: InitDeps): void {
  program
    .command('init')
    .description(
      'Write a commented .aegis.yml from what is found here: languages, folders, models of a running Ollama, registered models and names of keys that are set. Calls no model.',
    )
    .option('--force', 'write over a file that is there')
    .addOption(new Option('--preset <name>', 'a named set of defaults').choices([...PRESET_NAMES]))
    .action(async ({ force = false, preset = null }: { force?: boolean; preset?: PresetName | null }) => {
      const root = await topFolder(deps.cwd);
      const path = join(root, FILE);
      const survey = await surveyRepository(root, deps);
      await writeNew(path, draftConfig(survey, preset), force);
      deps.io.out(safeText(`wrote ${path}\n\n${describeSurvey(survey)}`));
      deps.exit(0);
    });
}

/** Never through a symbolic link, and never over a file that nobody offered for it. Throws `InputError`. */
async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    if (force) await rm(path, { force: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new InputError(`${path} is there already`, { hint: 'Take --force to write over it.', cause });
    }
    throw new InputError(`${path} cannot be written`, { hint: 'Check that it is no folder and that you may write there.', cause });
  }
}
