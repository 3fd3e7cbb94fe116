import type { Chunk } from '#model/chunk.ts';
import type { Plan } from '#model/plan.ts';
import { createPurse } from '#pipeline/budget/purse.ts';
import type { ScanContext } from '#pipeline/context.ts';
import { type ReviewedChunks, reviewChunks } from '#pipeline/review-chunks.ts';
import { openPanel, type Panel } from '#pipeline/seats/open-panel.ts';
import { openMasks } from '#privacy/open-masks.ts';
import { makePlan } from '../fixtures/panel.ts';

type Asking = Pick<Plan, 'seats' | 'reserves' | 'concurrency'> & {
  readonly stages?: Partial<Plan['stages']>;
  readonly budget?: Partial<Plan['budget']>;
};

/** A panel with a purse that allows it everything, unless told otherwise. */
export function testPanel(plan: Asking, ctx: ScanContext): Panel {
  const purse = createPurse(makePlan([], { budget: plan.budget ?? {} }).budget, { monthly: null, clock: ctx.clock });
  return openPanel(plan, ctx, { purse, lookUp: null, masks: openMasks([], { maskSecrets: false }) });
}

/** Leads chunks through triage and tiers; where no stages are given, every seat of `deep_scan` sits in one tier. */
export async function askPanel(chunks: readonly Chunk[], plan: Asking, ctx: ScanContext): Promise<ReviewedChunks> {
  const scanning = plan.seats.filter(({ role }) => role === 'deep_scan');
  const { stages } = makePlan(scanning, { stages: plan.stages ?? {} });
  return await reviewChunks(chunks, { stages }, testPanel(plan, ctx), ctx);
}
