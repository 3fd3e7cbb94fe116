import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openDocket } from '#consensus/docket.ts';
import { reachConsensus } from '#consensus/reach-consensus.ts';
import { casesToJudge, type HeardVerdict } from '#consensus/run-steps.ts';
import { majorityVote } from '#consensus/strategies/majority-vote.ts';
import { union } from '#consensus/strategies/union.ts';
import { weightedVote } from '#consensus/strategies/weighted-vote.ts';
import { createSuppressor, type Suppressible } from '#consensus/suppress.ts';
import type { ConsensusStep } from '#model/plan.ts';
import { SEVERITIES } from '#model/severity.ts';
import { VERDICTS } from '#model/verdict.ts';
import { makeChange, makeChunk, makeClaim, makeExecution, makePlan, makeSeat } from '../fixtures/panel.ts';

const MODELS = ['a', 'b', 'c', 'r'];
const seatOf = (modelId: string) => {
  const seat = makeSeat(modelId, { weight: modelId.charCodeAt(0) - 96 });
  return { ...seat, model: { ...seat.model, family: modelId === 'b' ? 'a' : modelId } };
};
const CHUNKS = [makeChunk('chunk-1'), makeChunk('chunk-2', 'src/app.js', 48, 10), makeChunk('chunk-3', 'main.py', 40, 10)];
const STRATEGIES = [union, majorityVote, weightedVote];
const strategyOf = (id: string) => STRATEGIES.find((strategy) => strategy.id === id) ?? union;

const claim = fc
  .record({
    model: fc.constantFrom(...MODELS, 'aegis/steering'),
    role: fc.constantFrom('deep_scan', 'deep_scan', 'triage', 'secrets'),
    chunkId: fc.constantFrom(...CHUNKS.map(({ id }) => id)),
    path: fc.constantFrom('src/app.js', 'src/app.js', 'main.py'),
    startLine: fc.integer({ min: 40, max: 57 }),
    length: fc.integer({ min: 0, max: 3 }),
    anchoredBy: fc.constantFrom('evidence' as const, 'number' as const),
    hunkId: fc.constantFrom('one', 'two', null),
    cwe: fc.constantFrom('CWE-89', 'CWE-564', 'CWE-943', 'CWE-79', 'CWE-78', 'CWE-88', 'CWE-1427', null),
    severity: fc.constantFrom(...SEVERITIES),
    confidence: fc.constantFrom(null, 0.2, 0.9),
    message: fc.constantFrom('one', 'two', 'three'),
    title: fc.constantFrom('', 'x', 'y'),
    fix: fc.constantFrom(null, 'x', 'y'),
    evidence: fc.constantFrom('query(a)', 'query(b)'),
  })
  .map(({ model, length, ...over }) => {
    const own = model === 'aegis/steering' ? { role: 'steering', cwe: 'CWE-1427' } : {};
    return makeClaim(model, { ...over, ...own, endLine: over.startLine + length });
  });

const execution = fc
  .record({
    model: fc.constantFrom(...MODELS),
    role: fc.constantFrom('deep_scan', 'triage', 'secrets'),
    chunkId: fc.constantFrom(...CHUNKS.map(({ id }) => id)),
    kind: fc.constantFrom('answered' as const, 'answered' as const, 'truncated' as const, 'failed' as const, 'skipped' as const),
  })
  .map(({ model, role, chunkId, kind }) => ({ ...makeExecution(model, kind, chunkId), role, standsInFor: model === 'r' ? 'a' : null }));

const step: fc.Arbitrary<ConsensusStep> = fc.oneof(
  fc.record({
    kind: fc.constant('filter' as const),
    minSeverity: fc.constantFrom(null, 'low' as const),
    minConfidence: fc.constantFrom(null, 0.5),
    cwes: fc.constantFrom(null, ['CWE-943', 'CWE-74']),
  }),
  fc.record({
    kind: fc.constant('vote' as const),
    strategy: fc.constantFrom(...STRATEGIES.map(({ id }) => id)),
    threshold: fc.constantFrom(0.3, 0.5),
  }),
  fc.record({ kind: fc.constant('judge' as const), when: fc.constantFrom('always' as const, 'disagreement' as const) }),
  fc.record({ kind: fc.constant('cap' as const), findings: fc.integer({ min: 1, max: 4 }) }),
);
const rules = fc.record({
  steps: fc.array(step, { maxLength: 4 }),
  fallback: fc.constantFrom(...STRATEGIES.map(({ id }) => id)),
  independence: fc.constantFrom('model' as const, 'family' as const),
  learned: fc.boolean(),
  weights: fc.constantFrom({}, { a: 0, b: 5 }),
});
const record = fc.record({
  modelId: fc.constantFrom(...MODELS),
  language: fc.constantFrom('javascript', 'python', null),
  cwe: fc.constantFrom('CWE-89', 'CWE-79', null),
  right: fc.nat({ max: 30 }),
  wrong: fc.nat({ max: 30 }),
});
/** One verdict for the case at `pick`, whichever that is. */
const saying = fc.record({
  pick: fc.nat({ max: 30 }),
  modelId: fc.constantFrom('j', 'k'),
  verdict: fc.constantFrom(...VERDICTS, 'unheard' as const),
  confidence: fc.constantFrom(null, 0.4),
  severity: fc.constantFrom(null, 'low' as const),
  reason: fc.constantFrom('so', 'not so'),
});

/** A list, and the same in another order. */
function inTwoOrders<T>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<[T[], T[]]> {
  return fc
    .array(item, { maxLength, size: 'max' })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
}

it('whatever the order of claims, calls, verdicts, records and chunks: the same findings', () => {
  let found = 0;
  const material = fc.record({
    claims: inTwoOrders(claim, 25),
    executions: inTwoOrders(execution, 20),
    records: inTwoOrders(record, 8),
    sayings: inTwoOrders(saying, 12),
    chunks: fc.constant([CHUNKS, CHUNKS.toReversed()] as const),
  });
  fc.assert(
    fc.property(material, rules, fc.boolean(), ({ claims, executions, records, sayings, chunks }, consensus, votes) => {
      const plan = {
        ...makePlan([...['a', 'b', 'c'].map(seatOf), makeSeat('a', { role: 'triage' }), makeSeat('c', { role: 'secrets' })], {
          consensus,
          stages: { triage: { seats: ['triage:a'], threshold: 0.5, votes } },
        }),
        reserves: [seatOf('r')],
      };
      const decide = (at: 0 | 1) => {
        const docket = openDocket({ candidates: claims[at], executions: executions[at], chunks: chunks[at], plan, records: records[at] });
        const change = makeChange([
          { path: 'src/app.js', start: 40, count: 18 },
          { path: 'main.py', start: 40, count: 10 },
        ]);
        const suppress = createSuppressor(plan, change, '2026-01-01');
        const takesPlace = ({ merged }: { readonly merged: Suppressible }) => suppress(merged).suppressedBy === null;
        const asked = casesToJudge(docket, plan.consensus, { strategyOf, takesPlace });
        const said = sayings[at].flatMap((one) => {
          const caseId = asked[one.pick % Math.max(asked.length, 1)]?.id;
          return caseId === undefined ? [] : [{ ...one, caseId }];
        });
        const verdicts = said.flatMap((one): HeardVerdict[] => (one.verdict === 'unheard' ? [] : [{ ...one, verdict: one.verdict }]));
        const unheard = new Set(said.flatMap(({ verdict, caseId }) => (verdict === 'unheard' ? [caseId] : [])));
        const input = { plan, strategyOf, change, outlines: new Map(), today: '2026-01-01' };
        return { docket, result: reachConsensus(docket, asked.length === 0 ? null : { verdicts, unheard }, input) };
      };
      const [one, other] = [decide(0), decide(1)];
      expect(other).toEqual(one);
      found += one.result.findings.length;

      const ids = new Set(one.docket.map(({ id }) => id));
      expect(ids.size).toBe(one.docket.length);
      expect(new Set(one.result.findings.map(({ id }) => id)).size).toBe(one.result.findings.length);
      for (const { votes: counted } of one.result.findings) {
        expect(counted.for).toBeGreaterThan(0);
        expect(counted.for).toBeLessThanOrEqual(counted.of);
      }
      const { judged, fellBack } = one.result;
      expect(fellBack).toBe((judged?.unheard ?? 0) > 0);
      const attempts = one.docket.filter(({ steering }) => steering);
      for (const { path, startLine } of attempts) {
        const told = one.result.findings.filter(
          (finding) => finding.cwe === 'CWE-1427' && finding.path === path && finding.startLine === startLine,
        );
        expect(told.map(({ severity }) => severity)).toContain('medium');
      }
    }),
    { numRuns: 200 },
  );
  expect(found).toBeGreaterThan(250);
});
