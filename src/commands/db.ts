import type { Command } from 'commander';
import type { CommandIo } from './io.ts';

export interface DbDeps {
  readonly io: Pick<CommandIo, 'out'>;
  /** Brings the schema up to date. `place` is what a person may be told of the database. */
  migrateDatabase(): Promise<{ readonly applied: number; readonly place: string }>;
  exit(code: number): void;
}

/** `aegis db`: the server's database. */
export function registerDb(program: Command, deps: DbDeps): void {
  const db = program.command('db').description("Work with the server's database.");
  db.command('migrate')
    .description('Bring the schema up to date. Safe to run again; `aegis serve` does it by itself.')
    .action(async () => {
      const { applied, place } = await deps.migrateDatabase();
      const done = applied === 0 ? 'is up to date' : `has ${applied === 1 ? '1 migration' : `${applied} migrations`} more`;
      deps.io.out(`the database at ${place} ${done}\n`);
      deps.exit(0);
    });
}
