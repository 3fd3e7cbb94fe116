import { Command } from 'commander';
import type { ArchiveDeps } from './archive-deps.ts';
import { registerConfig } from './config.ts';
import { registerDb } from './db.ts';
import { registerDoctor } from './doctor.ts';
import { registerFeedback } from './feedback.ts';
import { registerInit } from './init.ts';
import { type ModelsDeps, registerModels } from './models/register-models.ts';
import { registerPipelines } from './pipelines.ts';
import { registerReplay } from './replay.ts';
import { registerReview } from './review.ts';
import { registerScan } from './scan.ts';
import { registerSecrets } from './secrets.ts';
import { registerServe } from './serve.ts';

/** Everything that the commands take from outside. */
export type ProgramDeps = Parameters<typeof registerReview>[1] &
  Parameters<typeof registerServe>[1] &
  Parameters<typeof registerConfig>[1] &
  Parameters<typeof registerInit>[1] &
  Parameters<typeof registerDoctor>[1] &
  Parameters<typeof registerDb>[1] &
  Parameters<typeof registerSecrets>[1] &
  ArchiveDeps &
  ModelsDeps;

/** The command line as commander knows it; the reference in `docs/` is generated from it. */
export function buildProgram(deps: ProgramDeps): Command {
  const program = new Command('aegis')
    .description('Reviews changes for security weaknesses with several models at once.')
    .version(deps.version)
    .showHelpAfterError('(see `aegis --help`)')
    .configureOutput({ writeOut: deps.io.out, writeErr: deps.io.err })
    .exitOverride();
  registerReview(program, deps);
  registerScan(program, deps);
  registerServe(program, deps);
  registerInit(program, deps);
  registerConfig(program, deps);
  registerModels(program, deps);
  registerSecrets(program, deps);
  registerReplay(program, deps);
  registerFeedback(program, deps);
  registerPipelines(program, deps);
  registerDoctor(program, deps);
  registerDb(program, deps);
  for (const command of program.commands) inherit(command, program);
  return program;
}

/** Commander does not hand these settings down by itself. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
}
