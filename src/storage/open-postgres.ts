import { InputError, UnavailableError } from '#model/errors.ts';
import type { Database } from './database.ts';
import { describeFault } from './database-error.ts';
import * as schema from './schema.ts';

const CONNECTIONS = 10;
const CONNECT_SECONDS = 10;
const CLOSE_SECONDS = 5;

/** Connects to PostgreSQL and asks it one question, so that a wrong address is told at the start. */
export async function openPostgres(databaseUrl: string): Promise<Database> {
  const place = nameOf(databaseUrl);
  // Loaded here, so that commands without a database do not pay for it.
  const [{ default: postgres }, { drizzle }] = await Promise.all([import('postgres'), import('drizzle-orm/postgres-js')]);
  const client = postgres(databaseUrl, {
    max: CONNECTIONS,
    connect_timeout: CONNECT_SECONDS,
    // Seconds before the next attempt to connect. The driver's own goes up to 20 s, and a restart of PostgreSQL takes less.
    backoff: (attempt) => Math.min(attempt / 10, 1),
    // The driver prints notices to stdout, which belongs to results.
    onnotice: () => {},
  });
  const close = () => client.end({ timeout: CLOSE_SECONDS });
  try {
    await client`select 1`;
  } catch (error) {
    await close();
    throw new UnavailableError(`cannot use the database at ${place}: ${describeFault(error)}`, {
      hint: 'Check DATABASE_URL, and that PostgreSQL runs there.',
      retryable: true,
    });
  }
  return {
    kind: 'postgresql',
    place,
    db: drizzle(client, { schema }),
    // One statement answers with its rows, several with a list of such answers.
    exec: async (script) => [await client.begin((tx) => tx.unsafe(script).simple())].flat(2),
    listen: async (channel, heard) => {
      await client.listen(channel, heard);
    },
    close,
  };
}

/** `host:port/name` of a database URL. The URL itself is never shown: it holds the password. */
function nameOf(databaseUrl: string): string {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new InputError('DATABASE_URL is not the address of a PostgreSQL database', {
      hint: 'Write it as postgres://user:password@host:5432/name; encode special characters of the password (@ as %40).',
    });
  }
  return `${url.hostname || 'localhost'}:${url.port || '5432'}${url.pathname}`;
}
