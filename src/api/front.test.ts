import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFront, type Handler } from './front.ts';

const MB = 1024 * 1024;

async function open(ready: Promise<Handler> | Handler) {
  const logged: string[] = [];
  const server = createServer(createFront(Promise.resolve(ready), (message) => void logged.push(message)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, logged };
}

const never = () => new Promise<Handler>(() => {});
const bodyOf = (request: IncomingMessage) => (request as IncomingMessage & { body?: string }).body;
/** A handler that answers with the body that it was handed. */
const echo: Handler = (request, response) => {
  response.end(`${request.method} ${request.url} ${bodyOf(request)}`);
  return true;
};

/** A body without a stated length, written piece by piece; answers the status. */
function stream(port: number, pieces: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, method: 'POST', path: '/', headers: { 'transfer-encoding': 'chunked' } });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    const piece = Buffer.alloc(MB);
    const write = (left: number): void => {
      if (left === 0) request.end();
      else if (!request.destroyed) request.write(piece, () => write(left - 1));
    };
    write(pieces);
  });
}

describe('before the server is ready', () => {
  it('health answers', async () => {
    const { url } = await open(never());
    const answer = await fetch(`${url}/healthz?probe=1`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
  });

  it('everything else is held and then answered, with its body', async () => {
    let handOver: (handler: Handler) => void = () => {};
    const { url } = await open(
      new Promise((resolve) => {
        handOver = resolve;
      }),
    );
    let answered = false;
    const answering = fetch(`${url}/api/github/webhooks`, { method: 'POST', body: 'ü' }).then((answer) => {
      answered = true;
      return answer.text();
    });
    await sleep(50);
    expect(answered).toBe(false);
    handOver(echo);
    expect(await answering).toBe('POST /api/github/webhooks ü');
  });
});

describe('bodies', () => {
  it('of 25 MB are taken', async () => {
    const { url } = await open((request, response) => {
      response.end(String(bodyOf(request)?.length));
      return true;
    });
    expect(await (await fetch(url, { method: 'POST', body: 'x'.repeat(25 * MB) })).text()).toBe(String(25 * MB));
  });

  it('that say they are larger are refused before they are sent', async () => {
    const { port } = await open(echo);
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${26 * MB}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*application\/problem\+json[\s\S]*"status":413/);
  });

  it('that say no length are refused when they grow larger, with an answer', async () => {
    const { port, logged } = await open(echo);
    expect(await stream(port, 60)).toBe(413);
    expect(await stream(port, 1)).toBe(200);
    expect(logged).toEqual([]);
  });

  it('that break off are no fault of the server', async () => {
    const { port, url, logged } = await open(echo);
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await sleep(20);
    socket.destroy();
    await sleep(20);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(logged.length).toBeLessThanOrEqual(1);
  });
});

describe('what no handler takes', () => {
  it('is a problem in JSON that names the path and not the query', async () => {
    const { url } = await open(() => false);
    const answer = await fetch(`${url}/no/such?token=secret`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await answer.json()).toEqual({ type: 'about:blank', title: 'Not found', status: 404, detail: 'There is nothing at /no/such.' });
  });
});

describe('a handler that fails', () => {
  it.each<{ name: string; handler: Handler }>([
    {
      name: 'by throwing',
      handler: () => {
        throw new Error('the password is hunter2');
      },
    },
    { name: 'by rejecting', handler: () => Promise.reject(new Error('the password is hunter2')) },
  ])('$name is a 500 without its message, which is logged', async ({ handler }) => {
    const { url, logged } = await open(handler);
    const answer = await fetch(`${url}/x?token=secret`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    expect(await answer.text()).not.toContain('hunter2');
    expect(logged).toEqual(['GET /x failed: the password is hunter2']);
  });

  it('after it began to answer ends the connection: half an answer must not look whole', async () => {
    const { url } = await open((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      return Promise.reject(new Error('broken'));
    });
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
  });
});
