import { request as forward, type IncomingMessage } from 'node:http';
import type { Handler } from './front.ts';

/**
 * Passes requests on to Probot's set-up server, which listens on the loopback and knows no health route. The
 * caller's `Host` goes along: the set-up page builds the App's addresses from it. `announce` is told the address
 * before each request.
 */
export function proxyTo(port: number, announce: (baseUrl: string) => void): Handler {
  return (request, response) =>
    new Promise((resolve, reject) => {
      announce(baseUrlOf(request));
      const passed = forward({ host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('end', () => resolve(true));
      });
      passed.on('error', reject);
      passed.end((request as IncomingMessage & { body?: string }).body ?? '');
    });
}

function baseUrlOf(request: IncomingMessage): string {
  const protocol = String(request.headers['x-forwarded-proto'] ?? 'http').split(',')[0] ?? 'http';
  return `${protocol}://${String(request.headers['x-forwarded-host'] ?? request.headers.host ?? 'localhost')}`;
}
