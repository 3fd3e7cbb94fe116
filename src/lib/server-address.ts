/** Where a model server listens, read from what a person wrote. */
export interface ServerAddress {
  /** `http://host:port/path`, without credentials, query and trailing slash. Safe to show. */
  readonly url: string;
  /** `http://host:port`. */
  readonly origin: string;
  /** The value of an `Authorization` header where the address carried a user name, else null. Never shown. */
  readonly authorization: string | null;
}

/**
 * Reads an address as the tools of the field take it: a URL, `host:port`, a bare host, `:port`, `0.0.0.0` (the
 * address a server binds to; it is reached on the loopback). `bare.port` is used only where no scheme was written.
 * Null for anything that is no http(s) address.
 */
export function readServerAddress(text: string, bare: { readonly port: string } = { port: '' }): ServerAddress | null {
  const trimmed = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (trimmed === '') return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  const url = parseUrl(hasScheme ? trimmed : `http://${trimmed.startsWith(':') ? `127.0.0.1${trimmed}` : trimmed}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (!hasScheme && url.port === '' && !/:80(\/|$)/.test(trimmed)) url.port = bare.port;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  const credentials = url.username === '' ? null : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    origin: url.origin,
    authorization: credentials === null ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

function parseUrl(text: string): URL | null {
  try {
    const url = new URL(text);
    decodeURIComponent(`${url.username}${url.password}`);
    return url;
  } catch {
    return null;
  }
}
