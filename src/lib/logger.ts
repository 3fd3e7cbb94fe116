import { type Logger, pino } from 'pino';

/**
 * The server's log: JSON lines on stdout. Probot logs request headers, so what authenticates is taken out before
 * anything is written.
 */
export function createLogger(level: string): Logger {
  const secrets = ['authorization', 'cookie', '["x-hub-signature-256"]'];
  const places = ['headers', 'req.headers', 'request.headers', 'err.request.headers', 'error.request.headers'];
  return pino({
    name: 'aegis',
    level,
    redact: places.flatMap((place) => secrets.map((secret) => (secret.startsWith('[') ? `${place}${secret}` : `${place}.${secret}`))),
  });
}
