import { type Command, InvalidArgumentError, Option } from 'commander';

export interface ServeOptions {
  readonly role: 'all' | 'web' | 'worker';
  readonly port?: number;
  readonly host?: string;
}

/** `aegis serve`: the GitHub App. Runs until it is told to stop. */
export function registerServe(program: Command, deps: { serve(options: ServeOptions): Promise<void> }): void {
  program
    .command('serve')
    .description('Run the GitHub App: receive webhooks, review pull requests, publish the result.')
    .addOption(new Option('--role <role>', 'what this process does').choices(['all', 'web', 'worker']).default('all'))
    .addOption(new Option('--port <port>', 'port to listen on (default: PORT, else 3000)').argParser(parsePort))
    .option('--host <host>', 'address to listen on (default: HOST, else 127.0.0.1)')
    .action((options: ServeOptions) => deps.serve(options));
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
  return port;
}
