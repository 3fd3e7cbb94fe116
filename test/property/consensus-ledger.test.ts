import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conclude } from '#consensus/conclude.ts';
import { countPassedOver, type Due, settleLedger } from '#consensus/settle-ledger.ts';
import { isGap, type LedgerEntry, summariseLedger } from '#model/coverage.ts';
import { covers } from '#model/model-entry.ts';
import type { Execution, OutcomeKind } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import { makeChunk, makeExecution, makeSeat } from '../fixtures/panel.ts';

const SEATS: readonly Seat[] = [
  makeSeat('t', { role: 'triage' }),
  makeSeat('all'),
  makeSeat('other'),
  makeSeat('scripts', { covers: { languages: ['javascript'] } }),
  makeSeat('own', { role: 'secrets' }),
];
const KINDS: readonly OutcomeKind[] = ['answered', 'answered', 'answered', 'truncated', 'refused', 'unreadable', 'failed', 'skipped'];

/** A hunk by its number: its file, and the slices in which it is shown. */
const hunk = fc.record({
  path: fc.constantFrom('a.js', 'b.js', 'c.py', 'd.rs', 'run'),
  start: fc.constantFrom(1, 100, 200),
  slices: fc.integer({ min: 1, max: 3 }),
});
/** What happened to a chunk: whether triage passed it over, who had to see it, and how each of their calls ended. */
const fate = fc.record({
  passedOver: fc.boolean(),
  seats: fc.subarray(SEATS.slice(1), { minLength: 0 }),
  ended: fc.array(fc.option(fc.constantFrom(...KINDS), { nil: null, freq: 12 }), { minLength: 5, maxLength: 5 }),
  standsIn: fc.array(fc.constantFrom(null, null, ...KINDS), { minLength: 5, maxLength: 5 }),
  known: fc.constantFrom(true, true, true, true, true, false),
});
const LEFT: readonly LedgerEntry[] = [
  { path: 'logo.png', hunkId: null, status: 'skipped', cause: 'binary', reason: 'binary' },
  { path: 'a.js', hunkId: 'a.js@1,1', status: 'skipped', cause: 'path-rule', reason: 'excluded' },
];

const made = fc.record({
  hunks: fc.uniqueArray(hunk, { selector: ({ path, start }) => `${path} ${start}`, maxLength: 8 }),
  fates: fc.array(fate, { minLength: 1, maxLength: 24 }),
  minVotes: fc.integer({ min: 1, max: 3 }),
  left: fc.subarray([...LEFT]),
});

it('whoever was due and however the calls ended: every hunk has one status, and `reviewed` only by its rule', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(made, ({ hunks, fates, minVotes, left }) => {
      const chunks = hunks.flatMap(({ path, start, slices }, at) =>
        Array.from({ length: slices }, (_, slice) => makeChunk(`${at}.${slice}`, path, start)),
      );
      const fateOf = (index: number) => fates[index % fates.length]!;
      const due: Due[] = chunks.flatMap(({ id: chunkId }, index) => {
        const { passedOver, seats, known } = fateOf(index);
        return known ? [{ chunkId, passedOver, seats: passedOver ? SEATS.slice(0, 1) : seats }] : [];
      });
      const executions = chunks.flatMap(({ id, files }, index): Execution[] => {
        const { ended, standsIn } = fateOf(index);
        return SEATS.flatMap(({ role, model }, at): Execution[] => {
          const [own, other] = [ended[at] ?? null, standsIn[at] ?? null];
          if (own === null || !covers(model.covers, files[0]!.language)) return [];
          const call = { ...makeExecution(model.model_id, own, id), role };
          const inPlace =
            own === 'refused' && other !== null
              ? [{ ...makeExecution(`r-${model.model_id}`, other, id), role, standsInFor: model.model_id }]
              : [];
          return [call, ...inPlace];
        });
      });
      const ledger = settleLedger({ chunks, executions, due, seats: SEATS, minVotes, left });
      const coverage = summariseLedger(ledger);

      // The sum.
      const own = hunks.filter(({ path, start }) => !left.some(({ hunkId }) => hunkId === `${path}@${start},${start}`));
      expect(coverage.hunks).toBe(left.length + own.length);
      const { reviewed, partial, uncovered, skipped, notApplicable } = coverage;
      expect(reviewed + partial + uncovered + skipped + notApplicable).toBe(coverage.hunks);
      expect(new Set(ledger.map(({ path, hunkId }) => `${path} ${hunkId}`)).size).toBe(ledger.length);
      expect(ledger.filter(({ status, reason }) => (status === 'reviewed') !== (reason === ''))).toEqual([]);

      // The rule, told another way.
      for (const entry of ledger.slice(left.length)) {
        seen.set(`${entry.status} ${entry.cause}`, (seen.get(`${entry.status} ${entry.cause}`) ?? 0) + 1);
        const views = chunks.filter(({ files }) => files[0]!.path === entry.path && files[0]!.hunks[0]!.hunkId === entry.hunkId);
        const complete = views.every(({ id, files }) => {
          const owed = due.find(({ chunkId }) => chunkId === id);
          if (owed?.passedOver) return true;
          const panel = (owed?.seats ?? SEATS.slice(1)).filter(({ model }) => covers(model.covers, files[0]!.language));
          const said = panel.map((seat) =>
            executions.filter(
              ({ chunkId, role, modelId, standsInFor, outcome }) =>
                chunkId === id &&
                role === seat.role &&
                outcome.kind === 'answered' &&
                (modelId === seat.model.model_id || standsInFor === seat.model.model_id),
            ),
          );
          return said.every((turns) => turns.length > 0) && new Set(said.flat().map(({ modelId }) => modelId)).size >= minVotes;
        });
        expect(entry.status === 'reviewed').toBe(complete);
        if (entry.status === 'skipped') expect(['budget', 'fault']).toContain(entry.cause);
        const spent = executions.some(({ chunkId, outcome }) => views.some(({ id }) => id === chunkId) && outcome.kind === 'skipped');
        if (entry.cause === 'budget') expect(spent).toBe(true);
        const opinions = executions.filter(({ chunkId }) => views.some(({ id }) => id === chunkId)).length;
        expect(entry.seats?.length ?? 0).toBe(opinions);
      }

      // What follows of it.
      const passed = countPassedOver(chunks, due);
      expect(passed).toBeLessThanOrEqual(hunks.length);
      const models = SEATS.map(({ role, model }) => ({
        role,
        calls: executions.filter((one) => one.role === role && one.modelId === model.model_id && one.outcome.kind !== 'skipped').length,
      }));
      const { conclusion } = conclude({ ledger, findings: [], models, uncovered: 'incomplete', unplaced: 0, unjudged: null });
      const gaps = ledger.filter((entry) => isGap(entry) || entry.status === 'uncovered');
      expect(conclusion === 'passed').toBe(gaps.length === 0);
      if (conclusion === 'error') expect(reviewed + partial).toBe(0);
      if (gaps.every(({ cause }) => cause === 'budget')) expect(conclusion).not.toBe('error');
    }),
    { numRuns: 500 },
  );
  for (const status of ['reviewed null', 'partial null', 'uncovered null', 'skipped budget', 'skipped fault']) {
    expect(seen.get(status), status).toBeGreaterThan(10);
  }
});
