import { expect, it } from 'vitest';
import type { Plan } from '#model/plan.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { planKey } from './plan-key.ts';

const plan: Plan = makePlan([makeSeat('a')]);
const override = { paths: ['legacy/**'], minSeverity: null, models: null, failOn: null };

it.each<{ name: string; other: Plan; version?: string; same: boolean }>([
  { name: 'the same plan', other: makePlan([makeSeat('a')]), same: true },
  { name: 'another version of the program', other: plan, version: '2.0.0', same: false },
  { name: 'another model', other: makePlan([makeSeat('b')]), same: false },
  { name: 'another weight', other: makePlan([makeSeat('a', { weight: 2 })]), same: false },
  { name: 'a reserve', other: { ...plan, reserves: [makeSeat('r')] }, same: false },
  { name: 'another strategy', other: makePlan([makeSeat('a')], { consensus: { strategy: 'majority_vote' } }), same: false },
  { name: 'another scope', other: makePlan([makeSeat('a')], { review: { scope: 'file' } }), same: false },
  { name: 'instructions', other: { ...plan, instructions: [{ paths: ['**'], text: 'look at the queries' }] }, same: false },
  { name: 'models of some paths', other: { ...plan, overrides: [{ ...override, models: ['b'] }] }, same: false },
  { name: 'a severity floor of some paths', other: { ...plan, overrides: [{ ...override, minSeverity: 'high' }] }, same: true },
  { name: 'what fails the check in some paths', other: { ...plan, overrides: [{ ...override, failOn: 'none' }] }, same: true },
  { name: 'smaller chunks', other: { ...plan, chunkTokens: 1000 }, same: false },
  { name: 'unmasked secrets', other: { ...plan, privacy: { maskSecrets: false, localOnly: false } }, same: false },
  { name: 'floors', other: makePlan([makeSeat('a')], { review: { minSeverity: 'high', minConfidence: 0.9 } }), same: true },
  { name: 'a suppression', other: { ...plan, suppress: [{ cwe: null, paths: [], reason: 'r', until: null }] }, same: true },
  { name: 'a budget', other: makePlan([makeSeat('a')], { budget: { usd: 1 } }), same: true },
  { name: 'other paths', other: { ...plan, paths: { include: ['src/**'], exclude: [] } }, same: true },
  { name: 'more calls at once', other: { ...plan, concurrency: 9 }, same: true },
])('$name: same key $same', ({ other, version = '1.0.0', same }) => {
  expect(planKey(other, version) === planKey(plan, '1.0.0')).toBe(same);
});

it('does not depend on the order of keys', () => {
  const turned = Object.fromEntries(Object.entries(plan).toReversed()) as unknown as Plan;
  expect(planKey(turned, '1')).toBe(planKey(plan, '1'));
});
