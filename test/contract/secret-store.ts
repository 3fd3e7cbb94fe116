import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { SecretStore } from '#ports/secret-store.ts';

/** Where secrets are stored during the examination. */
export interface SecretPlace {
  /** A new store over the place, under a key. */
  open(secretKey: string): SecretStore;
  /** Everything that lies there, as text. */
  contents(): Promise<string>;
  /** What somebody does who can write to the place, and has no key. */
  tamper(
    name: string,
    change: { readonly hosts?: string[]; readonly repositories?: string[]; readonly name?: string; readonly sealed?: string },
  ): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const KEY = randomBytes(32).toString('base64');
const PASSPHRASE = 'nine green bottles on 1 wall';
const VALUE = 'sk-live-0123456789-the-value';

/** The examination that every store of secrets passes. */
export function examineSecretStore(name: string, openPlace: () => Promise<SecretPlace>): void {
  describe(name, async () => {
    const place = await openPlace();
    afterEach(() => place.clear());
    afterAll(() => place.close());

    const faultOf = async (act: Promise<unknown>): Promise<string> => {
      const fault = (await act.then(
        () => null,
        (error: unknown) => error,
      )) as { code: string; message: string; hint: string; stack: string; cause?: unknown } | null;
      if (fault === null) return 'nothing';
      for (const secret of [VALUE, KEY, PASSPHRASE]) expect(`${fault.stack} ${fault.hint} ${String(fault.cause)}`).not.toContain(secret);
      return `${fault.code} ${fault.message}. ${fault.hint}`;
    };

    it.each([
      { name: '32 bytes in base64', key: KEY },
      { name: '32 bytes in base64 for URLs, without padding', key: randomBytes(32).toString('base64url') },
      { name: '32 bytes in hexadecimal, with a line break', key: `${randomBytes(32).toString('hex')}\n` },
      { name: 'a passphrase', key: PASSPHRASE },
    ])('gives back what it was given, under $name', async ({ key }) => {
      await place
        .open(key)
        .put({ name: 'GPT', value: VALUE, hosts: ['API.example.com', 'gpu:8000', '[::1]:8080'], repositories: ['octo/shop', 'hexa/*'] });
      const found = await place.open(key).open('GPT');
      expect(found).toMatchObject({
        ...{ name: 'GPT', value: VALUE, hosts: ['api.example.com', 'gpu:8000', '[::1]:8080'], repositories: ['octo/shop', 'hexa/*'] },
      });
      expect(Date.parse(found?.createdAt ?? '')).toBeGreaterThan(Date.UTC(2020));
    });
    it('keeps nothing that a reader of the place could use', async () => {
      for (const key of [KEY, PASSPHRASE]) {
        await place.open(key).put({ name: 'GPT', value: VALUE, hosts: [], repositories: [] });
        const contents = await place.contents();
        expect(contents).toContain('GPT');
        for (const secret of [VALUE, Buffer.from(VALUE).toString('base64').slice(0, 20), Buffer.from(VALUE).toString('hex'), key])
          expect(contents).not.toContain(secret);
      }
    });
    it('encrypts the same value anew each time', async () => {
      const store = place.open(KEY);
      const seals: string[] = [];
      for (let round = 0; round < 3; round += 1) {
        await store.put({ name: 'A', value: VALUE, hosts: [], repositories: [] });
        seals.push(/v1\.raw\.\.[\w-]+\.[\w-]+/.exec(await place.contents())?.[0] ?? '');
      }
      expect(new Set(seals).size).toBe(3);
      expect(seals).not.toContain('');
    });
    it('lists names with what they are bound to, never a value', async () => {
      const store = place.open(KEY);
      await store.put({ name: 'B', value: VALUE, hosts: ['b.example'], repositories: [] });
      await store.put({ name: 'A', value: VALUE, hosts: [], repositories: ['o/r'] });
      const listed = await store.list();
      expect(listed).toMatchObject([
        { name: 'A', hosts: [], repositories: ['o/r'] },
        { name: 'B', hosts: ['b.example'], repositories: [] },
      ]);
      expect(listed.map((info) => Object.keys(info).toSorted())).toEqual(Array(2).fill(['createdAt', 'hosts', 'name', 'repositories']));
      expect(JSON.stringify(listed)).not.toContain('v1.');
    });
    it('replaces, and removes once', async () => {
      const store = place.open(KEY);
      await store.put({ name: 'A', value: VALUE, hosts: ['a.example'], repositories: [] });
      await store.put({ name: 'A', value: 'another', hosts: [], repositories: ['o/r'] });
      expect(await store.open('A')).toMatchObject({ value: 'another', hosts: [], repositories: ['o/r'] });
      expect([await store.remove('A'), await store.remove('A')]).toEqual([true, false]);
      expect(await store.open('A')).toBeNull();
      expect(await store.list()).toEqual([]);
    });
    it('has nothing where nothing was stored', async () => {
      const store = place.open(KEY);
      expect([await store.list(), await store.open('A'), await store.remove("'; drop table secrets; --")]).toEqual([[], null, false]);
    });
    it('loses nothing of what several store at once', async () => {
      const names = Array.from({ length: 12 }, (_, index) => `K${String(index).padStart(2, '0')}`);
      await Promise.all(names.map((one) => place.open(KEY).put({ name: one, value: `${one}-value`, hosts: [], repositories: [] })));
      expect((await place.open(KEY).list()).map((info) => info.name)).toEqual(names);
      expect((await place.open(KEY).open('K07'))?.value).toBe('K07-value');
    });

    it.each([
      { name: 'another key', key: randomBytes(32).toString('base64') },
      { name: 'a passphrase in place of a key', key: PASSPHRASE },
    ])('says in one sentence that $name does not fit', async ({ key }) => {
      await place.open(KEY).put({ name: 'GPT', value: VALUE, hosts: [], repositories: [] });
      expect(await faultOf(place.open(key).open('GPT'))).toBe(
        'AEGIS_INPUT The stored secret GPT cannot be decrypted: AEGIS_SECRET_KEY is not the one it was stored under. Set the key of that time, or store it again with `aegis secrets set GPT`.',
      );
      expect((await place.open(key).list()).map((info) => info.name)).toEqual(['GPT']);
    });
    it('says so too of another passphrase', async () => {
      await place.open(PASSPHRASE).put({ name: 'GPT', value: VALUE, hosts: [], repositories: [] });
      expect(await faultOf(place.open('nine green bottles on 2 walls').open('GPT'))).toContain('cannot be decrypted');
      expect(await place.open(` ${PASSPHRASE} `).open('GPT')).toMatchObject({ value: VALUE });
    });
    it.each([
      { name: 'sent to another host', change: { hosts: ['evil.example'] } },
      { name: 'used for another repository', change: { repositories: ['evil/repo'] } },
      { name: 'given another name', change: { name: 'OTHER' } },
      { name: 'half cut away', change: { sealed: 'v1.raw..AAAA' } },
      { name: 'put in place of another', change: { sealed: '' } },
      { name: 'of a later version', change: { sealed: 'v9.raw..AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' } },
    ])('cannot be made to give out a secret that was $name', async ({ change }) => {
      await place.open(KEY).put({ name: 'GPT', value: VALUE, hosts: ['llm.example'], repositories: ['octo/shop'] });
      await place.tamper('GPT', change);
      expect(await faultOf(place.open(KEY).open(change.name ?? 'GPT'))).toContain('cannot be decrypted');
    });

    it.each([
      { name: 'no key', key: '', says: 'AEGIS_SECRET_KEY is empty' },
      { name: 'zeros', key: Buffer.alloc(32).toString('base64'), says: 'AEGIS_SECRET_KEY is all zeros' },
      { name: 'a word', key: 'development', says: 'AEGIS_SECRET_KEY is too weak' },
      { name: 'one letter many times', key: 'a'.repeat(40), says: 'AEGIS_SECRET_KEY is too weak' },
      { name: 'sixteen bytes in hexadecimal', key: '00112233'.repeat(4), says: 'AEGIS_SECRET_KEY is too weak' },
    ])('refuses to encrypt under $name, and says how to make a key', async ({ key, says }) => {
      const fault = await faultOf(place.open(key).put({ name: 'A', value: VALUE, hosts: [], repositories: [] }));
      expect(fault).toContain(says);
      expect(fault).toContain('openssl rand -base64 32');
      expect(await place.open(key).list()).toEqual([]);
    });
    it.each([
      { name: 'a name that a reference cannot hold', change: { name: 'a-b' }, says: 'no name for a secret' },
      { name: 'an empty name', change: { name: '' }, says: 'no name for a secret' },
      { name: 'an address as a host', change: { hosts: ['https://api.example.com'] }, says: 'which is no host' },
      { name: 'every host', change: { hosts: ['*'] }, says: 'which is no host' },
      { name: 'an owner without repositories', change: { repositories: ['octo'] }, says: 'which is no repository' },
      { name: 'everybody', change: { repositories: ['*/*'] }, says: 'which is no repository' },
      { name: 'nothing', change: { value: ' \n' }, says: 'is empty' },
      { name: 'two lines', change: { value: `${VALUE}\n${VALUE}` }, says: 'is no key' },
    ])('refuses $name', async ({ change, says }) => {
      const store = place.open(KEY);
      expect(await faultOf(store.put({ name: 'A', value: VALUE, hosts: [], repositories: [], ...change }))).toContain(says);
      expect(await store.list()).toEqual([]);
    });
    it('takes a key as files hold it, with a line break at the end', async () => {
      await place.open(KEY).put({ name: 'A', value: `${VALUE}\r\n`, hosts: [], repositories: [] });
      expect(await place.open(KEY).open('A')).toMatchObject({ value: VALUE });
    });
  });
}
