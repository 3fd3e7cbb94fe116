import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelRecord } from '#model/model-record.ts';
import type { Judgement, Judgements, RepositoryJudgements } from '#ports/judgements.ts';

interface Place<T = Judgements> {
  open(): T;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const judgement = (over: Partial<Judgement> = {}): Judgement => ({
  ...{ fingerprint: 'f1', kind: 'confirmed', reason: '', cwe: 'CWE-89', language: 'javascript', models: ['a', 'b'] },
  ...over,
});

/** The examination that every place of judgements passes. */
export function examineJudgements(name: string, start: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place?.close());
    beforeEach(() => place.clear());

    it('knows nothing of any model at first', async () => {
      expect(await place.open().records()).toEqual([]);
    });

    it('sums for each model, language and CWE; a fix is a confirmation', async () => {
      const judgements = place.open();
      await judgements.record(judgement());
      await judgements.record(judgement({ fingerprint: 'f2', kind: 'fixed' }));
      await judgements.record(judgement({ fingerprint: 'f3', kind: 'dismissed', reason: 'a test', models: ['a'] }));
      await judgements.record(judgement({ fingerprint: 'f4', kind: 'dismissed', language: 'python', models: ['a'] }));
      await judgements.record(judgement({ fingerprint: 'f5', kind: 'dismissed', cwe: null, language: null, models: ['a'] }));
      expect(await place.open().records()).toEqual([
        { modelId: 'a', language: null, cwe: null, right: 0, wrong: 1 },
        { modelId: 'a', language: 'javascript', cwe: 'CWE-89', right: 2, wrong: 1 },
        { modelId: 'a', language: 'python', cwe: 'CWE-89', right: 0, wrong: 1 },
        { modelId: 'b', language: 'javascript', cwe: 'CWE-89', right: 2, wrong: 0 },
      ]);
    });

    it('takes the later word on a finding for the earlier one', async () => {
      const judgements = place.open();
      await judgements.record(judgement({ models: ['a'] }));
      await judgements.record(judgement({ kind: 'dismissed', models: ['a', 'c'], cwe: 'CWE-79' }));
      expect(await judgements.records()).toEqual([
        { modelId: 'a', language: 'javascript', cwe: 'CWE-79', right: 0, wrong: 1 },
        { modelId: 'c', language: 'javascript', cwe: 'CWE-79', right: 0, wrong: 1 },
      ]);
    });

    it('counts a model once, however often a finding lists it, and a finding of nobody for nobody', async () => {
      await place.open().record(judgement({ models: ['a', 'a'] }));
      await place.open().record(judgement({ fingerprint: 'f2', models: [] }));
      expect(await place.open().records()).toMatchObject([{ modelId: 'a', right: 1, wrong: 0 }]);
    });

    it('keeps names and reasons as strangers wrote them', async () => {
      const hostile = 'a\u0000 \ud800 \ue0000041 "x" \u202e';
      await place.open().record(judgement({ models: [hostile], reason: hostile }));
      expect((await place.open().records()).map(({ modelId }) => modelId)).toEqual([hostile]);
    });

    it('loses none of those that are recorded at once, and keeps one word on each finding', async () => {
      const at = (index: number) => judgement({ fingerprint: `f${index % 10}`, models: ['a'] });
      await Promise.all(Array.from({ length: 20 }, (_, index) => place.open().record(at(index))));
      expect(await place.open().records()).toMatchObject([{ modelId: 'a', right: 10, wrong: 0 }]);
    });
  });
}

/** The examination of judgements that each belong to a repository. `records` sums over all of them. */
export function examineRepositoryJudgements(
  name: string,
  start: () => Promise<Place<RepositoryJudgements> & { records(): Promise<readonly ModelRecord[]> }>,
): void {
  describe(name, () => {
    let place: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place?.close());
    beforeEach(() => place.clear());
    const shop = { installationId: 1, owner: 'octo', repo: 'shop' };
    const cart = { ...shop, repo: 'cart' };
    const wrongs = async () => (await place.records()).map(({ right, wrong }) => `${right} right, ${wrong} wrong`);

    it('are replaced within a repository and counted over all', async () => {
      await place.open().record(shop, judgement({ models: ['a'] }));
      await place.open().record(shop, judgement({ models: ['a'], kind: 'dismissed' }));
      await place.open().record(cart, judgement({ models: ['a'] }));
      expect(await wrongs()).toEqual(['1 right, 1 wrong']);
    });

    it('are taken back in their repository alone, once', async () => {
      for (const repository of [shop, cart]) await place.open().record(repository, judgement({ models: ['a'], kind: 'dismissed' }));
      expect(await place.open().takeBack(shop, 'f2')).toBe(false);
      expect(await place.open().takeBack(shop, 'f1')).toBe(true);
      expect(await place.open().takeBack(shop, 'f1')).toBe(false);
      expect(await place.open().takeBack({ owner: 'nobody', repo: 'knows' }, 'f1')).toBe(false);
      expect(await wrongs()).toEqual(['0 right, 1 wrong']);
    });
  });
}
