import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../test/fakes/run-command.ts';

describe('aegis db migrate', () => {
  it.each([
    { applied: 0, out: 'the database at .aegis/db is up to date\n' },
    { applied: 1, out: 'the database at .aegis/db has 1 migration more\n' },
    { applied: 3, out: 'the database at .aegis/db has 3 migrations more\n' },
  ])('reports $applied migrations', async ({ applied, out }) => {
    const said = await runCommand(tmpdir(), ['db', 'migrate'], { migrateDatabase: () => Promise.resolve({ applied, place: '.aegis/db' }) });
    expect(said).toEqual({ out, err: '', code: 0 });
  });
});
