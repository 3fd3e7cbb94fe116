import { describe, expect, it } from 'vitest';
import type { Finding } from '#model/finding.ts';
import type { Plan } from '#model/plan.ts';
import { type Answering, failed, reporting, scanContext } from '../../test/fakes/scan-context.ts';
import { changeOf, LARGE, newFile } from '../../test/fixtures/made-change.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { explainFinding } from './explain-finding.ts';
import { scan } from './scan.ts';

const CHANGE = changeOf(newFile('a.js', 'query("select " + name)', ...LARGE), newFile('b.js', 'exec(name)', ...LARGE));
const reader = makeSeat('reader');
const writer = makeSeat('writer', { role: 'explain' });
const explaining = makePlan([reader, writer], { stages: { deepScan: { tiers: [[reader.id]] }, explain: { seats: [writer.id], max: 0 } } });
const says: Answering = () => JSON.stringify({ explanation: 'A caller writes SQL.', fix: 'Bind it.', replacement: null });

async function explain(plan: Plan, answer: Answering, over: Partial<Finding> = {}) {
  const { ctx, asked } = scanContext(plan, { reader: reporting(/query/), writer: answer });
  const { findings } = await scan(CHANGE, plan, ctx);
  const [finding] = findings;
  if (finding === undefined) throw new Error('the scan found nothing');
  const before = asked.length;
  const explained = await explainFinding({ ...finding, ...over }, CHANGE, plan, ctx);
  return { explained, calls: asked.slice(before).map(({ modelId }) => modelId) };
}

describe('explaining one finding of an earlier scan', () => {
  it('asks the explain model, and nobody else, whatever the limit of a review', async () => {
    const { explained, calls } = await explain(explaining, says);
    expect(explained).toMatchObject({ explanation: 'A caller writes SQL.', fix: 'Bind it.' });
    expect(calls).toEqual(['writer']);
  });

  it('one that does not count is explained, and still does not count', async () => {
    const { explained } = await explain(explaining, says, { suppressedBy: 'dismissed' });
    expect(explained).toMatchObject({ explanation: 'A caller writes SQL.', suppressedBy: 'dismissed' });
  });

  it.each([
    { name: 'a model that is out of order', plan: explaining, answer: () => failed(), over: {} },
    { name: 'a plan without an explainer', plan: makePlan([reader]), answer: says, over: {} },
    { name: 'a file that left the change', plan: explaining, answer: says, over: { path: 'gone.js' } },
  ])('$name leaves it as it was', async ({ plan, answer, over }) => {
    expect((await explain(plan, answer, over)).explained.explanation).toBeNull();
  });
});
