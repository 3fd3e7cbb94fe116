import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { Reply } from '#ports/provider.ts';

/** One place in which answers are kept, empty at first. */
export interface CachePlace {
  /** A new cache over the place; for what lasts, as a new process would open it. */
  open(maxBytes: number): AnswerCache | Promise<AnswerCache>;
  /** Makes what is stored under a key unreadable, in each of the ways that can happen there; empty where none can. */
  readonly damages: readonly { readonly name: string; damage(key: string): Promise<void> }[];
  /** Whether a cache that is opened anew has what an earlier one was given. */
  readonly lasts: boolean;
  close(): Promise<void>;
}

const MB = 1024 * 1024;
/** Clocks of file systems and of the embedded database count milliseconds: two uses are told apart by more than that. */
const TICK_MS = 15;

const keyOf = (name: string) => createHash('sha256').update(name).digest('hex');
const reply = (text: string, changes: Partial<Reply> = {}): Reply => ({
  text,
  finish: 'complete',
  reason: null,
  tokensIn: 12,
  tokensOut: 3,
  ...changes,
});

const HOSTILE: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'nothing', text: '' },
  { name: 'NUL and other controls', text: 'a\0b\u001b[31m\u0007\r\n\t' },
  { name: 'halves of surrogate pairs', text: 'x\ud800y\udc00z\udbff' },
  { name: 'private-use characters, as escapes are made of them', text: '\ue000\ue000\ue0000000\ufffd\uffff' },
  { name: 'quotes, SQL and a template', text: '\'); drop table answer_cache; -- "`$x` \\' },
  { name: 'JSON in JSON', text: JSON.stringify({ text: JSON.stringify({ a: ['\n', '\\'] }) }) },
  { name: 'words that mean something to JavaScript', text: '{"__proto__":{"text":"no"},"constructor":1}' },
  { name: 'emoji, right-to-left text and marks of direction', text: '👩‍💻 שלום \u202e abc \u2066 \ufeff' },
  { name: 'a line of 300 KB', text: 'é'.repeat(150_000) },
];

/** The examination that every answer cache passes. `place` gives a new, empty place. */
export function examineAnswerCache(name: string, place: () => Promise<CachePlace>): void {
  describe(name, () => {
    let here: CachePlace;
    let names = 0;
    const fresh = () => {
      names += 1;
      return keyOf(`key ${names}`);
    };

    beforeAll(async () => {
      here = await place();
    });
    afterAll(async () => {
      await here?.close();
    });

    it('has no answer that it was not given', async () => {
      expect(await (await here.open(MB)).get(fresh())).toBeNull();
    });
    it('gives an answer back, and again', async () => {
      const cache = await here.open(MB);
      const key = fresh();
      const given = reply('{"findings": []}');
      await cache.set(key, given);
      expect([await cache.get(key), await cache.get(key)]).toEqual([given, given]);
      expect(await cache.get(fresh())).toBeNull();
    });
    it.each([
      { name: 'that was cut', given: reply('{"findings": [', { finish: 'length', reason: 'cut at 2048 tokens' }) },
      { name: 'that is a refusal', given: reply('', { finish: 'refused', reason: 'a content filter', tokensIn: null, tokensOut: null }) },
      { name: 'without usage', given: reply('ok', { tokensIn: null, tokensOut: null }) },
      { name: 'with usage that a server made up', given: reply('ok', { tokensIn: 1e15, tokensOut: 0.5 }) },
    ])('gives an answer back whole: one $name', async ({ given }) => {
      const cache = await here.open(MB);
      const key = fresh();
      await cache.set(key, given);
      expect(await cache.get(key)).toEqual(given);
    });
    it('keeps the newest answer of a key', async () => {
      const cache = await here.open(MB);
      const key = fresh();
      await cache.set(key, reply('old'));
      await cache.set(key, reply('new, and longer'));
      expect(await cache.get(key)).toEqual(reply('new, and longer'));
    });
    it('is not changed by who changes what it gave', async () => {
      const cache = await here.open(MB);
      const key = fresh();
      await cache.set(key, reply('as it was'));
      const given = (await cache.get(key)) as { text: string };
      try {
        given.text = 'changed';
      } catch {
        // A frozen answer is as good.
      }
      expect(await cache.get(key)).toEqual(reply('as it was'));
    });
    it.each(HOSTILE)('gives every character back: $name', async ({ text }) => {
      const cache = await here.open(2 * MB);
      const key = fresh();
      await cache.set(key, reply(text, { finish: 'length', reason: text.slice(0, 100) }));
      const found = await cache.get(key);
      expect(found?.text === text).toBe(true);
      expect(found?.reason === text.slice(0, 100)).toBe(true);
    });
    it('takes many answers at once, on one key and on several', async () => {
      const cache = await here.open(MB);
      const keys = Array.from({ length: 20 }, fresh);
      const same = fresh();
      await Promise.all([
        ...keys.map((key, index) => cache.set(key, reply(`answer ${index}`))),
        ...keys.map((_, index) => cache.set(same, reply(`same ${index}`.repeat(index + 1)))),
        ...keys.map((key) => cache.get(key)),
      ]);
      expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys.map((_, index) => reply(`answer ${index}`)));
      const settled = await cache.get(same);
      expect(keys.map((_, index) => `same ${index}`.repeat(index + 1))).toContain(settled?.text);
    });
    it('never fails a call over a key that is none', async () => {
      const cache = await here.open(MB);
      for (const key of ['', '../../etc/passwd', 'x'.repeat(10_000), '\0']) {
        await cache.set(key, reply('text'));
        expect([null, 'text']).toContain((await cache.get(key))?.text ?? null);
      }
    });

    describe('in size', () => {
      const LIMIT = 40_000;
      const PART = 4_000;
      const part = (letter: string) => reply(letter.repeat(PART));
      const kept = async (cache: AnswerCache, keys: readonly string[]) => {
        const found = await Promise.all(keys.map(async (key) => ((await cache.get(key)) === null ? null : key)));
        return keys.filter((key) => found.includes(key));
      };
      const fill = async (cache: AnswerCache, keys: readonly string[]) => {
        for (const key of keys) {
          await cache.set(key, part('x'));
          await wait(TICK_MS);
        }
      };

      it('stays within its bound: the newest answers are kept, and not few of them', async () => {
        const cache = await here.open(LIMIT);
        const keys = Array.from({ length: 25 }, fresh);
        await fill(cache, keys);
        const left = await kept(cache, keys);
        expect(left.length * PART).toBeLessThanOrEqual(LIMIT);
        expect(left.length).toBeGreaterThanOrEqual(6);
        expect(left).toEqual(keys.slice(-left.length));
      });
      it('lets go what was used longest ago, and using is reading too', async () => {
        const cache = await here.open(LIMIT);
        const [first, second, ...others] = Array.from({ length: 6 }, fresh) as [string, string, ...string[]];
        await fill(cache, [first, second, ...others]);
        for (let round = 0; round < 8; round += 1) {
          expect(await cache.get(first)).not.toBeNull();
          await wait(TICK_MS);
          await fill(cache, [fresh()]);
        }
        expect(await cache.get(first)).toEqual(part('x'));
        expect(await cache.get(second)).toBeNull();
      });
      it('counts an answer that was replaced once', async () => {
        const cache = await here.open(LIMIT);
        const [same, other] = [fresh(), fresh()];
        await fill(cache, [other]);
        for (let round = 0; round < 20; round += 1) await cache.set(same, part('y'));
        expect(await cache.get(other)).toEqual(part('x'));
        expect(await cache.get(same)).toEqual(part('y'));
      });
      it('does not take an answer that is larger than all of it, and loses nothing over it', async () => {
        const cache = await here.open(LIMIT);
        const [small, large] = [fresh(), fresh()];
        await cache.set(small, part('x'));
        await cache.set(large, reply('x'.repeat(LIMIT + 1)));
        expect(await cache.get(large)).toBeNull();
        expect(await cache.get(small)).toEqual(part('x'));
      });
      it('forgets the old answer of a key whose new one is too large', async () => {
        const cache = await here.open(LIMIT);
        const key = fresh();
        await cache.set(key, part('x'));
        await cache.set(key, reply('x'.repeat(LIMIT + 1)));
        expect(await cache.get(key)).toBeNull();
      });
    });

    it('has its answers, its size and its order after it was opened anew, where it lasts', async () => {
      if (!here.lasts) return;
      const limit = 40_000;
      const before = await here.open(limit);
      const keys = Array.from({ length: 6 }, fresh);
      for (const key of keys) {
        await before.set(key, reply(key.repeat(60)));
        await wait(TICK_MS);
      }
      await before.get(keys[0] ?? '');
      await wait(TICK_MS);
      const after = await here.open(limit);
      expect((await after.get(keys[5] ?? ''))?.text).toBe((keys[5] ?? '').repeat(60));
      await wait(TICK_MS);
      // Six answers of 3,840 characters: at least one of the earlier has to go.
      for (let index = 0; index < 8; index += 1) {
        await after.set(fresh(), reply('x'.repeat(3_840)));
        await wait(TICK_MS);
        await after.get(keys[0] ?? '');
        await wait(TICK_MS);
      }
      expect(await after.get(keys[0] ?? '')).not.toBeNull();
      expect(await after.get(keys[1] ?? '')).toBeNull();
    });

    it('takes a stored answer that is damaged for none, and takes a new one in its place', async () => {
      for (const { damage } of here.damages) {
        const cache = await here.open(MB);
        const key = fresh();
        await cache.set(key, reply('whole'));
        await damage(key);
        const anew = here.lasts ? await here.open(MB) : cache;
        expect(await anew.get(key)).toBeNull();
        await anew.set(key, reply('again'));
        expect(await anew.get(key)).toEqual(reply('again'));
      }
    });
  });
}
