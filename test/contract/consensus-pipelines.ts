import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConsensusPipeline, ConsensusPipelines } from '#ports/consensus-pipelines.ts';

interface Place {
  open(): ConsensusPipelines;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const strict: ConsensusPipeline = {
  name: 'strict',
  description: 'Two of three, and the judge on what is left',
  steps: [
    { filter: { min_severity: 'medium', cwe: ['CWE-89', 'CWE-79'] } },
    { vote: { strategy: 'weighted_vote', threshold: 0.66 } },
    { judge: { when: 'disagreement' } },
    { cap: { findings: 20 } },
  ],
};

/** The examination that every place of consensus pipelines passes. */
export function examinePipelines(name: string, start: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place?.close());
    beforeEach(() => place.clear());

    it('holds none at first', async () => {
      expect(await place.open().list()).toEqual([]);
      expect(await place.open().remove('strict')).toBe(false);
    });

    it('gives back steps in their order and their own words, by name', async () => {
      const quick = { name: 'Quick.1', description: '', steps: [{ vote: 'union' }] };
      await place.open().save(strict);
      await place.open().save(quick);
      expect(await place.open().list()).toEqual([quick, strict]);
    });

    it('puts one in the place of another of its name, and of no other', async () => {
      await place.open().save(strict);
      await place.open().save({ ...strict, name: 'strict-2' });
      const changed = { name: 'strict', description: 'new', steps: [{ vote: 'majority_vote' }] };
      await place.open().save(changed);
      expect(await place.open().list()).toEqual([changed, { ...strict, name: 'strict-2' }]);
    });

    it('removes one', async () => {
      await place.open().save(strict);
      await place.open().save({ ...strict, name: 'other' });
      expect(await place.open().remove('strict')).toBe(true);
      expect((await place.open().list()).map((one) => one.name)).toEqual(['other']);
    });

    it('keeps a description as it was written, and names that mean something to JavaScript', async () => {
      const odd = {
        name: 'constructor',
        description: 'a: "b" # c\n- d: {e} \u0000 \u{1f600} *x &y',
        steps: [{ vote: 'union', toString: 'yes' }],
      };
      await place.open().save(odd);
      expect(await place.open().list()).toEqual([odd]);
    });

    it('loses none of those that are saved at once', async () => {
      const names = Array.from({ length: 10 }, (_, at) => `p${at}`);
      await Promise.all(names.map((one) => place.open().save({ ...strict, name: one })));
      expect((await place.open().list()).map((one) => one.name)).toEqual(names);
    });
  });
}
