import { describe, expect, it } from 'vitest';
import { refuseSecret } from './compose-env.ts';

const secret = (hosts: string[], repositories: string[] = []) => ({ name: 'GPT', hosts, repositories, createdAt: '2026-01-01T00:00:00Z' });

describe('a stored key', () => {
  it.each([
    { name: 'goes to its host', hosts: ['api.example.com'], url: 'https://api.example.com/v1', refused: null },
    { name: 'goes to its host and port', hosts: ['api.example.com:8443'], url: 'https://API.example.com:8443/v1', refused: null },
    {
      name: 'goes nowhere else',
      hosts: ['api.example.com'],
      url: 'https://api.example.org',
      refused: /may not be sent to api\.example\.org/,
    },
    { name: 'goes to no longer name', hosts: ['example.com'], url: 'https://api.example.com', refused: /may not be sent/ },
    {
      name: 'goes to no host in clear that is named without a port',
      hosts: ['api.example.com'],
      url: 'http://api.example.com',
      refused: /may not/,
    },
    { name: 'goes in clear where the port says so', hosts: ['proxy.internal:4000'], url: 'http://proxy.internal:4000/v1', refused: null },
    { name: 'goes in clear on this machine', hosts: ['127.0.0.1'], url: 'http://127.0.0.1:8000', refused: null },
    {
      name: 'goes nowhere where no address is known',
      hosts: ['api.example.com'],
      url: undefined,
      refused: /may not be sent to this model/,
    },
  ])('$name', ({ hosts, url, refused }) => {
    const said = refuseSecret(secret(hosts), url, null);
    if (refused === null) expect(said).toBeNull();
    else expect(said).toMatch(refused);
  });

  it.each([
    { name: 'its repository', repositories: ['acme/shop'], repository: 'acme/shop', may: true },
    { name: 'its repository in other letters', repositories: ['Acme/Shop'], repository: 'acme/shop', may: true },
    { name: 'every repository of its owner', repositories: ['acme/*'], repository: 'acme/site', may: true },
    { name: 'a repository of another owner', repositories: ['acme/*'], repository: 'acme-evil/site', may: false },
    { name: 'another repository', repositories: ['acme/shop'], repository: 'acme/site', may: false },
    { name: 'no repository in particular', repositories: ['acme/shop'], repository: null, may: true },
  ])('may be used for $name: $may', ({ repositories, repository, may }) => {
    expect(refuseSecret(secret(['h.example.com'], repositories), 'https://h.example.com', repository) === null).toBe(may);
  });
});
