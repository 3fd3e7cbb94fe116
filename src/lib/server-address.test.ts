import { describe, expect, it } from 'vitest';
import { readServerAddress } from './server-address.ts';

describe('readServerAddress', () => {
  it.each([
    { text: 'http://127.0.0.1:11434', url: 'http://127.0.0.1:11434' },
    { text: 'http://gpu.internal:8080/', url: 'http://gpu.internal:8080' },
    { text: 'https://gpu.internal', url: 'https://gpu.internal' },
    { text: 'http://gpu.internal', url: 'http://gpu.internal' },
    { text: 'https://proxy.internal/ollama/', url: 'https://proxy.internal/ollama' },
    { text: 'gpu.internal', url: 'http://gpu.internal:11434' },
    { text: 'gpu.internal:8080', url: 'http://gpu.internal:8080' },
    { text: 'gpu.internal:80', url: 'http://gpu.internal' },
    { text: 'localhost', url: 'http://localhost:11434' },
    { text: ':11435', url: 'http://127.0.0.1:11435' },
    { text: '0.0.0.0', url: 'http://127.0.0.1:11434' },
    { text: '0.0.0.0:8080', url: 'http://127.0.0.1:8080' },
    { text: 'http://0.0.0.0:8080', url: 'http://127.0.0.1:8080' },
    { text: '[::1]:11434', url: 'http://[::1]:11434' },
    { text: '[::]', url: 'http://[::1]:11434' },
    { text: ' "gpu.internal" ', url: 'http://gpu.internal:11434' },
  ])('reads $text as $url', ({ text, url }) => expect(readServerAddress(text, { port: '11434' })?.url).toBe(url));

  it.each(['', '   ', 'ftp://host', 'file:///etc/passwd', 'http://', 'http://a b', 'host:port', 'http://%zz:x@host'])(
    'refuses %j',
    (text) => expect(readServerAddress(text)).toBeNull(),
  );

  it('keeps credentials out of what is shown', () => {
    const address = readServerAddress('https://user:p%40ss@host.example/v1?token=1');
    expect(address).toEqual({
      url: 'https://host.example/v1',
      origin: 'https://host.example',
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    });
  });
});
