import { describe, expect, it } from 'vitest';
import { isOwnAddress } from './is-own-address.ts';

describe('isOwnAddress', () => {
  it.each([
    { url: 'http://127.0.0.1:11434', own: true },
    { url: 'http://localhost:8080', own: true },
    { url: 'http://[::1]:8080', own: true },
    { url: 'http://10.1.2.3', own: true },
    { url: 'http://172.31.0.9', own: true },
    { url: 'http://192.168.1.5:8000', own: true },
    { url: 'http://[fd12::1]', own: true },
    { url: 'http://[::ffff:192.168.1.5]', own: true },
    { url: 'http://ollama:11434', own: true },
    { url: 'http://gpu.lab.internal', own: true },
    { url: 'http://nas.local', own: true },
    { url: 'https://api.openai.com', own: false },
    { url: 'http://172.32.0.1', own: false },
    { url: 'http://8.8.8.8', own: false },
    { url: 'http://[2001:4860:4860::8888]', own: false },
    { url: 'http://localhost.evil.example', own: false },
    { url: 'http://10.0.0.1.evil.example', own: false },
    { url: 'no address', own: false },
  ])('$url: $own', ({ url, own }) => expect(isOwnAddress(url)).toBe(own));
});
