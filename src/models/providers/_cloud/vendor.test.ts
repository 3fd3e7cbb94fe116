import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { providerEnv } from '../../../../test/fakes/provider-env.ts';
import { findCatalogueTarget, findServer, findTarget, type Vendor } from './vendor.ts';

const VENDOR: Vendor = {
  url: 'https://api.vendor.example',
  variable: 'VENDOR_BASE_URL',
  keys: ['VENDOR_KEY', 'VENDOR_OTHER_KEY'],
  appended: /\/v1$/,
  sign: (key) => ({ authorization: null, headers: { 'x-version': '1', ...(key === null ? {} : { 'x-key': key.value }) } }),
  advice: { unreachable: 'Wait.', unknownModel: 'Rename.', tooLarge: 'Cut.' },
};
const entry = (settings: Record<string, unknown> = {}) => ({ model_id: 'm', model_name: 'large', settings });

describe('where the model of a vendor is called, and with which key', () => {
  it.each([
    { name: 'its own address, with the key of its variable', keys: { VENDOR_KEY: 'k1' }, url: VENDOR.url, key: 'k1' },
    { name: 'its own address, with the other key', keys: { VENDOR_OTHER_KEY: 'k2' }, url: VENDOR.url, key: 'k2' },
    {
      name: 'the operator’s address, with the operator’s key',
      keys: { VENDOR_BASE_URL: 'https://gate.example/v1', VENDOR_KEY: 'k1' },
      url: 'https://gate.example',
      key: 'k1',
    },
    {
      name: 'the operator’s address, without a key',
      keys: { VENDOR_BASE_URL: 'gate.example:8080' },
      url: 'http://gate.example:8080',
      key: undefined,
    },
    {
      name: 'the entry’s address, without the operator’s key',
      keys: { VENDOR_KEY: 'k1' },
      settings: { base_url: 'https://stranger.example' },
      url: 'https://stranger.example',
      key: undefined,
    },
    {
      name: 'the entry’s address, with the entry’s key',
      keys: { MY_KEY: 'k3' },
      settings: { base_url: 'https://stranger.example/v1/', api_key: 'env:MY_KEY' },
      url: 'https://stranger.example',
      key: 'k3',
    },
  ])('is $name', ({ keys, settings = {}, url, key }) => {
    const target = findTarget(VENDOR, entry(settings), providerEnv(keys));
    expect(target).toMatchObject({ url, model: 'large', authorization: null, headers: { 'x-version': '1' } });
    expect(target.headers?.['x-key']).toBe(key);
  });

  it('wants a key for its own address, and names the usual one', () => {
    expect(() => findTarget(VENDOR, entry(), providerEnv())).toThrow('needs the key VENDOR_KEY');
  });

  it('asks for a secret for the address that it is sent to', () => {
    const asked: unknown[] = [];
    const env = { ...providerEnv(), secret: (...question: unknown[]) => void asked.push(question) };
    expect(() => findTarget(VENDOR, entry({ base_url: 'https://stranger.example', api_key: 'secret:MINE' }), env)).toThrow(InputError);
    expect(asked).toEqual([['secret:MINE', 'https://stranger.example']]);
  });

  it('does not let a header of the entry stand for the key', () => {
    const target = findTarget(VENDOR, entry({ headers: { 'X-Key': 'theirs', 'x-tenant': 'a' } }), providerEnv({ VENDOR_KEY: 'ours' }));
    expect(target.headers).toEqual({ 'x-key': 'ours', 'x-tenant': 'a', 'x-version': '1' });
  });

  it.each([
    { name: 'of the operator', env: { VENDOR_BASE_URL: 'ftp://x' }, settings: {}, says: 'VENDOR_BASE_URL' },
    { name: 'of the entry', env: {}, settings: { base_url: 'https://me:secret@x' }, says: 'base_url' },
  ])('says which address is none: that $name', ({ env, settings, says }) => {
    const find = () => findServer(VENDOR, entry(settings), providerEnv(env));
    expect(find).toThrow(`${says} of the model m is no address of a server`);
    expect(find).not.toThrow('secret');
  });

  it('takes a key to list models by its name, and never the key itself', () => {
    const target = findCatalogueTarget(VENDOR, providerEnv({ LISTING: 'k4' }), { baseUrl: 'https://gate.example', apiKey: 'env:LISTING' });
    expect(target).toMatchObject({ url: 'https://gate.example', headers: { 'x-key': 'k4' } });
    const pasted = () => findCatalogueTarget(VENDOR, providerEnv(), { apiKey: 'sk-pasted-0123' });
    expect(pasted).toThrow(InputError);
    expect(pasted).not.toThrow('sk-pasted');
  });
});
