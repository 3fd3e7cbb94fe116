import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { providerEnv } from '../../../../test/fakes/provider-env.ts';
import { resolveHeaders } from './key.ts';
import { serverSettings } from './settings.ts';

const schema = z.strictObject(serverSettings);

describe('the settings of every model server', () => {
  it.each([
    { name: 'limits of the endpoint', settings: { rate_limit: { requests_per_minute: 60, tokens_per_minute: 90_000 } } },
    { name: 'one limit alone', settings: { rate_limit: { tokens_per_minute: 90_000 } } },
    { name: 'a price', settings: { price: { input_per_million: 0.25, output_per_million: 2 } } },
    { name: 'a price of nothing', settings: { price: { input_per_million: 0, output_per_million: 0 } } },
    {
      name: 'headers of a gateway',
      settings: { headers: { 'X-Title': 'Aegis', 'Helicone-Auth': 'env:HELICONE_KEY', 'cf-aig-cache-ttl': '60' } },
    },
  ])('take $name', ({ settings }) => expect(schema.safeParse(settings).success).toBe(true));

  it.each([
    { name: 'a limit of nothing', settings: { rate_limit: { requests_per_minute: 0 } }, says: /requests_per_minute/ },
    { name: 'half a price', settings: { price: { input_per_million: 1 } }, says: /output_per_million/ },
    { name: 'a negative price', settings: { price: { input_per_million: -1, output_per_million: 1 } }, says: /input_per_million/ },
    ...['Authorization', 'cookie', 'HOST', 'content-length', 'Transfer-Encoding', 'proxy-authorization', 'X-Forwarded-For'].map(
      (header) => ({
        name: `the header ${header}`,
        settings: { headers: { [header]: 'x' } },
        says: /is set by Aegis itself/,
      }),
    ),
    {
      name: 'a key that stands in the configuration',
      settings: { headers: { 'x-api-key': 'sk-1' } },
      says: /as env:NAME, and never be the key/,
    },
    { name: 'a header with a line break', settings: { headers: { 'x-a': 'a\r\nhost: b' } }, says: /characters that no header has/ },
    { name: 'a name that is none', settings: { headers: { 'x a': 'b' } }, says: /is no name of a header/ },
  ])('refuse $name', ({ settings, says }) => expect(schema.safeParse(settings).error?.message).toMatch(says));
});

describe('the headers of an entry', () => {
  const env = providerEnv({ GATEWAY_KEY: ' gk-1\n' });
  it('are sent with the keys that they name', () => {
    expect(resolveHeaders({ 'X-Gateway-Key': 'env:GATEWAY_KEY', 'X-Title': 'Aegis' }, 'm', env, 'http://x')).toEqual({
      'x-gateway-key': 'gk-1',
      'x-title': 'Aegis',
    });
  });
  it('name the key that is not set', () => {
    expect(() => resolveHeaders({ 'x-key': 'env:MISSING' }, 'm', env, 'http://x')).toThrow('The model m needs the key MISSING');
  });
});
