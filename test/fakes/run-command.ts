import { Command } from 'commander';
import { registerConfig } from '#commands/config.ts';
import { registerDb } from '#commands/db.ts';
import { type DoctorDeps, registerDoctor } from '#commands/doctor.ts';
import { resolvePlan } from '#config/resolve-plan.ts';
import { KNOWN, planSource } from './known-parts.ts';

/** Runs one command line with everything outside replaced. */
export async function runCommand(
  folder: string,

  args: readonly string[],
  overrides: Partial<DoctorDeps & { migrateDatabase(): Promise<{ applied: number; place: string }> }> = {},
) {
  const said = { out: '', err: '', code: null as number | null };
  const deps = {
    io: {
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      readStdin: () => Promise.resolve(''),
      isTerminal: false,
      color: false,
      width: 80,
    },
    cwd: folder,
    known: KNOWN,
    resolvePlan: async (config: Parameters<typeof resolvePlan>[0], over: Parameters<typeof resolvePlan>[1]) =>
      resolvePlan(config, over, planSource()),
    signal: new AbortController().signal,
    exit: (code: number) => {
      said.code = code;
    },
    nodeVersion: '24.1.0',
    checkGitHub: null,
    checkDatabase: null,
    connect: async (entries: readonly unknown[]) =>
      entries.map(() => ({ health: async () => ({ available: true, detail: 'runs in this process' }) })),
    migrateDatabase: () => Promise.resolve({ applied: 0, place: '.aegis/db' }),
    ...overrides,
  };
  const program = new Command('aegis').exitOverride().configureOutput({ writeOut: deps.io.out, writeErr: deps.io.err });
  registerConfig(program, deps);
  registerDoctor(program, deps);
  registerDb(program, deps);
  for (const command of program.commands) for (const inner of [command, ...command.commands]) inner.copyInheritedSettings(program);
  await program.parseAsync([...args], { from: 'user' });
  return said;
}
