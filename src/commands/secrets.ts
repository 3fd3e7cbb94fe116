import { type Command, Option } from 'commander';
import { InputError } from '#model/errors.ts';
import type { SecretStore } from '#ports/secret-store.ts';
import type { CommandIo } from './io.ts';
import { textTable } from './models/text-table.ts';
import { safeText } from './safe-text.ts';
import { splitList } from './split-list.ts';

export interface SecretsDeps {
  readonly io: CommandIo;
  /** Throws `InputError` without a key to encrypt with. */
  openSecrets(options: { readonly database: boolean }): Promise<SecretStore & { close(): Promise<void> }>;
  /** What needs no key. */
  openSecretNames(options: { readonly database: boolean }): Promise<SecretNames & { close(): Promise<void> }>;
  exit(code: number): void;
}

type SecretNames = Pick<SecretStore, 'list' | 'remove'>;

interface Where {
  readonly database?: boolean;
}

/** `aegis secrets`: keys of model servers, encrypted at rest. No command shows a value. */
export function registerSecrets(program: Command, deps: SecretsDeps): void {
  const secrets = program
    .command('secrets')
    .description('Work with stored keys of model servers: encrypted under AEGIS_SECRET_KEY, and never shown again.');
  const atNames = async <T>(options: Where, work: (store: SecretNames) => Promise<T>): Promise<T> =>
    await closeAfter(await deps.openSecretNames({ database: options.database === true }), work);
  const commands = [
    secrets
      .command('set')
      .description('Store a key, read from standard input, so that no history of a shell holds it.')
      .argument('<name>', 'by which `api_key: secret:NAME` finds it')
      .requiredOption('--hosts <list>', 'servers to which it may be sent: host or host:port, comma-separated', splitList)
      .option('--repositories <list>', 'repositories whose own configuration may use it: owner/name or owner/*', splitList, [])
      .action(async (name: string, options: Where & { hosts: string[]; repositories: string[] }) => {
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
          throw new InputError(`${name} is no name of a secret`, { hint: 'Take letters, digits and underscores, as in OPENAI_KEY.' });
        const value = (await deps.io.readStdin()).trim();
        if (value === '')
          throw new InputError('standard input holds no key', {
            hint: 'Pipe it in: `printf %s "$KEY" | aegis secrets set NAME --hosts HOST`.',
          });
        const secret = { name, value, hosts: options.hosts, repositories: options.repositories };
        const store = await deps.openSecrets({ database: options.database === true });
        await closeAfter(store, async () => await store.put(secret));
        deps.io.out(safeText(`${name} is stored; use it as api_key: secret:${name}\n`));
        deps.exit(0);
      }),
    secrets
      .command('list')
      .description('List the names of the stored keys, with where they may be used.')
      .action(async (options: Where) => {
        const listed = await atNames(options, async (store) => await store.list());
        const rows = listed.map(({ name, hosts, repositories, createdAt }) => [
          name,
          hosts.join(', '),
          repositories.join(', ') || '–',
          createdAt,
        ]);
        const columns = ['name', 'hosts', 'repositories', 'since'].map((name) => ({ name }));
        deps.io.out(safeText(listed.length === 0 ? 'no key is stored\n' : textTable(columns, rows)));
        deps.exit(0);
      }),
    secrets
      .command('remove')
      .description('Remove a stored key.')
      .argument('<name>', 'its name')
      .action(async (name: string, options: Where) => {
        const there = await atNames(options, async (store) => await store.remove(name));
        if (!there) throw new InputError(`there is no stored key ${name}`, { hint: '`aegis secrets list` shows which there are.' });
        deps.io.out(safeText(`${name} is removed\n`));
        deps.exit(0);
      }),
  ];
  for (const command of commands)
    command.addOption(new Option('--database', "use the keys in the server's database, whatever AEGIS_MODELS_FILE and DATABASE_URL say"));
}

async function closeAfter<S extends { close(): Promise<void> }, T>(store: S, work: (store: S) => Promise<T>): Promise<T> {
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
