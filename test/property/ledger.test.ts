import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupBy } from '#lib/group-by.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { scan } from '#pipeline/scan.ts';
import type { Asked } from '#ports/runner.ts';
import { failed, replied, scanContext } from '../fakes/scan-context.ts';
import { makePlan, makeSeat } from '../fixtures/panel.ts';
import { changeSet, newSideOf } from './arbitrary-change.ts';

/** Every way in which a call can end. */
const ENDINGS: Readonly<Record<string, Asked>> = {
  answered: replied('{"findings": []}'),
  reported: replied('{"findings": [{"title": "x", "cwe": "CWE-79", "severity": "low", "startLine": 1, "endLine": 2, "message": "m"}]}'),
  refused: replied('', { finish: 'refused', reason: 'policy' }),
  cut: replied('{"findings": [', { finish: 'length' }),
  empty: replied(''),
  unreadable: replied('no problem at all'),
  failed: failed(),
};
const FULL = new Set(['answered', 'reported']);

const covers = fc.constantFrom('all' as const, { languages: ['python', 'go'] }, { languages: [] });
const panel = fc.array(covers, { maxLength: 3 });
const endings = fc.array(fc.constantFrom(...Object.keys(ENDINGS)), { minLength: 1, maxLength: 30 });

/** Hunks and, for a file without any, the file itself. */
const sizeOf = (change: ChangeSet) => change.files.reduce((sum, file) => sum + Math.max(1, file.hunks.length), 0);

it('whatever is changed and however the models answer, every hunk has exactly one status, and only a complete scan passes', async () => {
  await fc.assert(
    fc.asyncProperty(
      changeSet,
      panel,
      panel,
      endings,
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (change, seen, spare, ended, minVotes, known) => {
        const seats = seen.map((cover, at) => makeSeat(`m${at}`, { covers: cover }));
        const reserves = spare.map((cover, at) => makeSeat(`r${at}`, { covers: cover }));
        const plan = { ...makePlan(seats, { consensus: { minVotes } }), reserves };
        let calls = 0;
        const used: string[] = [];
        const answering = () => {
          const ending = ended[calls++ % ended.length] ?? 'failed';
          used.push(ending);
          return ENDINGS[ending] ?? failed();
        };
        const texts = new Map(change.files.map((file) => [file.path, newSideOf(file)]));
        const reader = { prefetch: async () => {}, read: async (path: string) => (known ? (texts.get(path) ?? null) : null) };
        const { ctx } = scanContext(plan, Object.fromEntries([...seats, ...reserves].map(({ model }) => [model.model_id, answering])), {
          reader,
        });
        const result = await scan(change, plan, ctx);

        const { hunks, reviewed, partial, uncovered, skipped, notApplicable, left } = result.coverage;
        expect(hunks).toBe(sizeOf(change));
        expect(reviewed + partial + uncovered + skipped + notApplicable).toBe(hunks);
        expect(left.reduce((sum, row) => sum + row.hunks, 0)).toBe(hunks - reviewed);
        expect(result.ledger.filter(({ status, reason }) => (status === 'reviewed') !== (reason === ''))).toEqual([]);

        const gaps = partial + uncovered + result.ledger.filter(({ cause }) => cause === 'fault' || cause === 'budget').length;
        expect(result.conclusion === 'incomplete' || result.conclusion === 'error').toBe(gaps > 0);
        const filled = groupBy(result.executions, ({ modelId, standsInFor, chunkId }) => `${standsInFor ?? modelId} ${chunkId}`);
        const empty = [...filled.values()].filter((asked) => asked.every(({ outcome }) => outcome.kind !== 'answered'));
        if (empty.length > 0) expect(['incomplete', 'error']).toContain(result.conclusion);
        for (const asked of filled.values()) expect(asked.filter(({ outcome }) => outcome.kind === 'answered').length).toBeLessThan(2);
        if (reviewed > 0) expect(used.some((ending) => FULL.has(ending))).toBe(true);
        for (const row of result.models) {
          // An answer that was cut is asked for once more.
          const ended = row.answered + row.refused + row.truncated + row.unreadable + row.failed;
          expect(row.calls).toBeGreaterThanOrEqual(ended);
        }
        expect(result.models.reduce((sum, row) => sum + row.calls, 0)).toBe(calls);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
