import { readServerAddress } from '#lib/server-address.ts';

/**
 * Hosts that this server may call for a repository: `AEGIS_ALLOWED_HOSTS` (comma-separated `host` or `host:port`) and
 * the addresses that the operator set by environment.
 */
export function listAllowedHosts(setting: string | undefined, addresses: Readonly<Record<string, string | undefined>>): readonly string[] {
  const stated = (setting ?? '').split(',').map((host) => host.trim().toLowerCase());
  const ownPorts: Readonly<Record<string, string>> = { OLLAMA_HOST: '11434' };
  const own = Object.entries(addresses).map(([name, text]) => {
    const address = readServerAddress(text ?? '', { port: ownPorts[name] ?? '' });
    return address === null ? '' : withPort(new URL(address.url));
  });
  return [...new Set([...stated, ...own])].filter((host) => host !== '');
}

/**
 * Whether a repository may make this server call an address: null when it may, else one sentence that says why not.
 * `host` on the list stands for every port of it, `host:port` for that one. Names are compared, not resolved.
 */
export function checkOutgoingAddress(url: string, allowed: readonly string[]): string | null {
  const address = /^https?:\/\//i.test(url) ? readServerAddress(url) : null;
  if (address === null || address.authorization !== null)
    return 'base_url must be an http:// or https:// address without user name and password.';
  const { hostname } = new URL(address.url);
  const host = withPort(new URL(address.url));
  const plain = hostname.replace(/\.$/, '');
  if (allowed.some((entry) => [hostname, plain, host].includes(entry.toLowerCase()))) return null;
  return `base_url names ${host}, which this server does not call: its operator can add it to AEGIS_ALLOWED_HOSTS.`;
}

function withPort({ hostname, port, protocol }: URL): string {
  return `${hostname.replace(/\.$/, '')}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
