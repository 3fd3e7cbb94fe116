import { describe, expect, it } from 'vitest';
import { checkOutgoingAddress, listAllowedHosts } from './addresses.ts';

describe('listAllowedHosts', () => {
  it('joins the setting and the addresses of the environment', () => {
    const hosts = listAllowedHosts(' Api.Example.com , gpu:8000,,', {
      OLLAMA_HOST: 'ollama.internal',
      OPENAI_BASE_URL: 'https://llm.example/v1',
      OTHER: undefined,
    });
    expect(hosts).toEqual(['api.example.com', 'gpu:8000', 'ollama.internal:11434', 'llm.example:443']);
  });
  it('is empty where nothing is set', () => expect(listAllowedHosts(undefined, {})).toEqual([]));
});

describe('checkOutgoingAddress', () => {
  const allowed = ['api.example.com', 'gpu.internal:8000', '[::1]:11434', '127.0.0.1:11434'];
  it.each([
    'https://api.example.com/v1',
    'https://API.example.com:8443/v1',
    'http://api.example.com.',
    'http://gpu.internal:8000/v1',
    'http://[::1]:11434',
    'http://127.0.0.1:11434',
    // The same address in other words: it is compared as the client would connect.
    'http://2130706433:11434',
  ])('lets %s pass', (url) => expect(checkOutgoingAddress(url, allowed)).toBeNull());

  it.each([
    { url: 'http://gpu.internal/v1', says: 'gpu.internal:80, which this server does not call' },
    { url: 'http://gpu.internal:8001/v1', says: 'gpu.internal:8001' },
    { url: 'http://169.254.169.254/latest', says: '169.254.169.254:80' },
    { url: 'https://api.example.com.evil.example/', says: 'api.example.com.evil.example:443' },
    { url: 'https://api.example.com@evil.example/', says: 'without user name' },
    { url: 'https://evil.example\\@api.example.com/', says: 'evil.example:443' },
    { url: 'file:///etc/passwd', says: 'must be an http:// or https:// address' },
    { url: 'api.example.com', says: 'must be an http:// or https:// address' },
    { url: '', says: 'must be an http:// or https:// address' },
  ])('stops $url', ({ url, says }) => expect(checkOutgoingAddress(url, allowed)).toContain(says));

  it('lets nothing pass when nothing is allowed', () => expect(checkOutgoingAddress('http://localhost', [])).not.toBeNull());
});
