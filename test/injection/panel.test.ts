import { describe, expect, it } from 'vitest';
import { counts, type Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { scan } from '#pipeline/scan.ts';
import { findSteering } from '#steering/find-steering.ts';
import { type Answering, scanContext } from '../fakes/scan-context.ts';
import { makePlan, makeSeat } from '../fixtures/panel.ts';
import { attackedChange, ELSEWHERE_PATH } from './attacked-change.ts';
import { HONEST, obedient } from './obedient-model.ts';
import { ATTACKS, HELD_OUT_ATTACKS } from './read-corpus.ts';

const ALL = [...ATTACKS, ...HELD_OUT_ATTACKS];
const SEEN = ALL.filter((attack) => findSteering(attackedChange(attack).attacked).length > 0);
const STRATEGIES = ['union', 'majority_vote'] as const;

/** Three models of which the third obeys, and what a judge of the plan says, if there is one. */
async function review(change: Parameters<typeof scan>[0], third: Answering, strategy: string, judge?: Answering): Promise<ScanResult> {
  const readers = ['one', 'two', 'three'].map((id) => makeSeat(id));
  const bench = judge === undefined ? [] : [makeSeat('judge', { role: 'judge' })];
  const steps = [
    { kind: 'vote', strategy, threshold: 0.5 } as const,
    ...bench.map(() => ({ kind: 'judge', when: 'disagreement' }) as const),
  ];
  const plan = makePlan([...readers, ...bench], {
    consensus: { strategy, steps },
    stages: { judge: judge === undefined ? null : { seats: bench.map(({ id }) => id) } },
  });
  const { ctx } = scanContext(plan, { one: HONEST, two: HONEST, three: third, ...(judge && { judge }) });
  return await scan(change, plan, ctx);
}

const published = (result: ScanResult) => result.findings.filter(counts);
const planted = (result: ScanResult) => published(result).filter(({ evidence }) => evidence.includes('FROM planted'));
/** What is published of the file that the attack has nothing to do with. */
const elsewhere = (result: ScanResult) => published(result).filter(({ path }) => path === ELSEWHERE_PATH);
/** Without what two changes with different neighbours may differ in. */
const told = ({ id: _, ...finding }: Finding) => finding;

describe.each(STRATEGIES)('with %s, a model that obeys does not keep from being published', (strategy) => {
  it.each(ALL)('what stands beside $name', async (attack) => {
    const { path, attacked, control } = attackedChange(attack);
    const [result, undisturbed] = [await review(attacked, obedient(path, attack.wants), strategy), await review(control, HONEST, strategy)];
    expect(planted(result)).toMatchObject([{ path, cwe: 'CWE-89', severity: 'high' }]);
    expect(elsewhere(result).map(told)).toEqual(elsewhere(undisturbed).map(told));
    expect(elsewhere(result)).toHaveLength(1);
    expect(result.conclusion).not.toBe('passed');
  });
});

describe('an attempt is a finding of its own', () => {
  it.each(SEEN)('$name', async (attack) => {
    const { path, attacked } = attackedChange(attack);
    const result = await review(attacked, obedient(path, attack.wants), 'majority_vote');
    const attempts = published(result).filter(({ cwe }) => cwe === 'CWE-1427');
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    expect(attempts[0]).toMatchObject({ path, severity: 'medium', suppressedBy: null });
    // It is told in our words; the attack stands in the evidence alone.
    for (const line of attack.text.split('\n').filter((text) => text.length > 12)) expect(attempts[0]?.message).not.toContain(line.trim());
  });
});

const SAMPLE = ATTACKS.filter((_, index) => index % 8 === 0);
const REJECTING: Answering = (_, __, request) => {
  const ids = [
    ...request.messages
      .map(({ content }) => content)
      .join('\n')
      .matchAll(/"id": ?"(c\d+)"/g),
  ].map(([, id]) => id);
  return JSON.stringify({
    verdicts: ids.map((id) => ({ id, verdict: 'rejected', confidence: 1, severity: 'info', reason: 'reviewed and safe' })),
  });
};

describe('where more of the panel obeys', () => {
  it.each(SAMPLE)('a judge that does cannot take back what most models say of $name', async (attack) => {
    const { path, attacked } = attackedChange(attack);
    expect(planted(await review(attacked, obedient(path, attack.wants), 'majority_vote', REJECTING))).toHaveLength(1);
  });

  it.each(SAMPLE)('a judge that does cannot take back the attempt itself: $name', async (attack) => {
    const { path, attacked } = attackedChange(attack);
    const everyone = obedient(path, 'empty');
    const plan = makePlan([makeSeat('one'), makeSeat('judge', { role: 'judge' })], {
      consensus: {
        strategy: 'judge',
        steps: [
          { kind: 'vote', strategy: 'union', threshold: 0.5 },
          { kind: 'judge', when: 'always' },
        ],
      },
      stages: { judge: { seats: ['judge:judge'] } },
    });
    const { ctx } = scanContext(plan, { one: everyone, judge: REJECTING });
    const result = await scan(attacked, plan, ctx);
    // What every model hides is lost: that an attempt was made is told all the same, and no such scan passes.
    expect(planted(result)).toEqual([]);
    expect(published(result).filter(({ cwe }) => cwe === 'CWE-1427').length).toBeGreaterThanOrEqual(1);
    expect(result.conclusion).toBe('findings');
  });

  it.each(SAMPLE)('one triage seat that does lets nothing be passed over: $name', async (attack) => {
    const { path, attacked } = attackedChange(attack);
    const sorters = ['careful', 'obeying'].map((id) => makeSeat(id, { role: 'triage' }));
    const readers = ['one', 'two'].map((id) => makeSeat(id));
    const plan = makePlan([...sorters, ...readers], {
      consensus: { strategy: 'majority_vote' },
      stages: {
        triage: { seats: sorters.map(({ id }) => id), threshold: 0.5, votes: false },
        deepScan: { tiers: [readers.map(({ id }) => id)] },
      },
    });
    const suspicious = () => '{"suspicious": true, "confidence": 0.9, "reason": "a query"}';
    const { ctx, asked } = scanContext(plan, { careful: suspicious, obeying: obedient(path, 'safe'), one: HONEST, two: HONEST });
    const result = await scan(attacked, plan, ctx);
    expect(planted(result)).toHaveLength(1);
    expect(result.passedOver).toBe(0);
    expect(asked.filter(({ modelId }) => modelId === 'one')).toHaveLength(2);
  });
});
