import { splitByFile } from '#chunks/split-by-file.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Finding } from '#model/finding.ts';
import type { Plan, Seat, Stages } from '#model/plan.ts';
import type { JudgeCase } from '#model/verdict.ts';
import type { SeatModel, Task } from '#ports/runner.ts';
import { MOST_NOTED } from '../explain-findings.ts';
import { MOST_CASES } from '../hear-judge.ts';
import { coversChunk } from '../seats/choose-stand-in.ts';

export type PreviewStage = 'triage' | 'deep_scan' | 'judge' | 'annotate' | 'explain';

export interface StageOfSeat {
  readonly stage: PreviewStage;
  /** Which tier of a cascade, from 1; null outside of one. */
  readonly tier: number | null;
  /** True where what comes before may spare calls. */
  readonly atMost: boolean;
}

/** Where a seat of a plan works. */
export function stageOf({ id }: Seat, stages: Stages): StageOfSeat {
  const { triage, deepScan, judge, explain } = stages;
  if (triage?.seats.includes(id)) return { stage: 'triage', tier: null, atMost: false };
  const at = deepScan.tiers.findIndex((tier) => tier.includes(id));
  if (at >= 0) return { stage: 'deep_scan', tier: deepScan.tiers.length > 1 ? at + 1 : null, atMost: triage !== null || at > 0 };
  if (judge?.seats.includes(id)) return { stage: 'judge', tier: null, atMost: true };
  return { stage: explain?.seats.includes(id) ? 'explain' : 'annotate', tier: null, atMost: true };
}

/**
 * Everything that a seat can be asked about, as far as it can be foreseen: a judge about each chunk that somebody looks
 * at, with a full list of claims; who explains or notes about as many findings as the plan allows, each in the largest
 * file.
 */
export function foreseeTasks(
  seat: Seat,
  { stage }: StageOfSeat,
  reads: SeatModel['reads'],
  chunks: readonly Chunk[],
  plan: Pick<Plan, 'seats' | 'stages' | 'consensus'>,
): readonly Task[] {
  switch (stage) {
    case 'triage':
    case 'deep_scan':
      return chunks
        .filter((chunk) => coversChunk(seat, chunk))
        .flatMap((chunk) => (reads === 'chunk' ? splitByFile(chunk).filter((file) => coversChunk(seat, file)) : [chunk]))
        .map((chunk) => ({ chunk, cases: [], finding: null }));
    case 'judge': {
      const scanners = plan.seats.filter(({ id }) => plan.stages.deepScan.tiers.some((tier) => tier.includes(id)));
      return chunks
        .filter((chunk) => scanners.some((scanner) => coversChunk(scanner, chunk)))
        .map((chunk) => ({ chunk, cases: Array.from({ length: MOST_CASES }, (_, at) => claimIn(chunk, at)), finding: null }));
    }
    case 'annotate':
    case 'explain': {
      const [largest] = chunks.flatMap(splitByFile).toSorted((a, b) => b.tokens - a.tokens);
      if (largest === undefined) return [];
      return Array.from({ length: mostFindings(plan) }, () => ({ chunk: largest, cases: [], finding: findingIn(largest) }));
    }
  }
}

/** Findings that are explained or noted, by the limit of the explainer, else ten; a cap of the consensus may be lower. */
function mostFindings({ stages, consensus }: Pick<Plan, 'stages' | 'consensus'>): number {
  const caps = consensus.steps.flatMap((step) => (step.kind === 'cap' ? [step.findings] : []));
  return Math.min(stages.explain?.max ?? MOST_NOTED, ...caps);
}

/** Words of a claim as long as models write them: about 60 tokens. */
const WORDS = 'The value comes from the request and reaches the statement unescaped, so that a caller can change its meaning. '.repeat(2);

const placeIn = ({ files: [file] }: Chunk) => ({ path: file?.path ?? '', startLine: 1, endLine: 1 });

function claimIn(chunk: Chunk, at: number): JudgeCase {
  return { id: String(at).padStart(16, '0'), ...placeIn(chunk), cwe: 'CWE-89', severity: 'high', message: WORDS };
}

function findingIn(chunk: Chunk): Finding {
  return {
    ...{ id: 'foreseen', fingerprint: '0'.repeat(64), ...placeIn(chunk), side: 'RIGHT', hunkId: null, anchoredBy: 'evidence' },
    ...{ cwe: 'CWE-89', title: 'SQL injection', message: WORDS, severity: 'high', confidence: 0.9, evidence: WORDS.slice(0, 80) },
    ...{ explanation: null, fix: null, replacement: null, notes: [], state: 'new', suppressedBy: null, suppressedReason: null },
    ...{ models: [], votes: { for: 1, of: 1 } },
  };
}
