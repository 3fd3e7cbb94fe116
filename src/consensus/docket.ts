import { createHash } from 'node:crypto';
import type { Candidate } from '#model/candidate.ts';
import type { Chunk } from '#model/chunk.ts';
import { STEERING_ROLE } from '#model/model-entry.ts';
import type { ModelRecord } from '#model/model-record.ts';
import type { Execution } from '#model/outcome.ts';
import type { Plan } from '#model/plan.ts';
import type { JudgeCase } from '#model/verdict.ts';
import type { Ballot } from '#ports/strategy.ts';
import { compareText, writeClaim } from './claim-order.ts';
import { type Cluster, clusterCandidates } from './cluster.ts';
import { drawBallot, type Electorate, openElectorate } from './elect.ts';
import { chooseCwe, type Merged, mergeCluster } from './merge.ts';
import { votingRoles } from './panel.ts';
import { weighVotes } from './weigh-votes.ts';

/** A cluster before the consensus: what it says, and who is for it. */
export interface Case extends JudgeCase {
  readonly cluster: Cluster;
  readonly ballot: Ballot;
  readonly merged: Merged;
  /** Whether more than half of the voters are for it. */
  readonly majority: boolean;
  /** An attempt to steer the models: it is reported, whatever anybody says of it. */
  readonly steering: boolean;
}

export interface DocketInput {
  readonly candidates: readonly Candidate[];
  readonly executions: readonly Execution[];
  readonly chunks: readonly Chunk[];
  readonly plan: Pick<Plan, 'seats' | 'reserves' | 'stages' | 'consensus'>;
  /** What people judged of the models; empty where nobody judged anything yet. */
  readonly records: readonly ModelRecord[];
}

/** Models that obey an attempt to steer them would vote it down, call it harmless, or lose it in another weakness. */
const STEERING = { cwe: 'CWE-1427', severity: 'medium', confidence: null } as const;

/** Attempts that Aegis saw by itself, each with what models say of it. */
function findAttempts(candidates: readonly Candidate[]): readonly Cluster[] {
  return clusterCandidates(candidates.filter(({ cwe }) => cwe === STEERING.cwe)).filter(({ claims }) =>
    claims.some(({ role }) => role === STEERING_ROLE),
  );
}

/** Every weakness that is claimed, each with its ballot, by place. The same in whatever order things arrived. */
export function openDocket({ candidates, executions, chunks, plan, records }: DocketInput): readonly Case[] {
  const electorate = openElectorate(plan, chunks, executions);
  const weights = weighVotes(plan, records);
  const isVoting = votingRoles(plan);
  const attempts = findAttempts(candidates);
  const told = new Set(attempts.flatMap((attempt) => attempt.claims));
  const claims = candidates.filter((claim) => !told.has(claim) && isVoting(claim.role));
  return [
    ...clusterCandidates(claims).map((cluster) => steerMinority(openCase(cluster, electorate, weights))),
    ...attempts.map((cluster) => steer(openCase(cluster, electorate, weights))),
  ].toSorted((a, b) => compareText(a.path, b.path) || a.startLine - b.startLine || compareText(a.id, b.id));
}

function openCase(cluster: Cluster, electorate: Electorate, { base, weigh }: ReturnType<typeof weighVotes>): Case {
  const cwe = chooseCwe(cluster.claims, base);
  const language = electorate.views.get(cluster.path)?.[0]?.file.language ?? null;
  const weightOf = (modelId: string) => weigh({ modelId, language, cwe });
  const merged = mergeCluster(cluster, cwe, weightOf);
  const ballot = drawBallot(cluster, cwe, electorate, weightOf);
  const { path, startLine, endLine, severity, message } = merged;
  const majority = ballot.votesFor.length * 2 > ballot.electorate.length;
  return { id: idOf(cluster), path, startLine, endLine, cwe, severity, message, cluster, ballot, merged, majority, steering: false };
}

/**
 * What models alone call by this CWE is a weakness like any other where most of them do: a program that puts its users'
 * words into its own prompts has it. Where few do, the others may have obeyed an attempt: it is reported as one.
 */
function steerMinority(opened: Case): Case {
  return opened.cwe === STEERING.cwe && !opened.majority ? steer(opened) : opened;
}

function steer(opened: Case): Case {
  const { severity, confidence } = STEERING;
  return { ...opened, severity, merged: { ...opened.merged, severity, confidence }, steering: true };
}

/** 64 bits are enough to tell the claims of one scan apart, and short enough for a model to repeat. */
function idOf({ claims }: Cluster): string {
  return createHash('sha256')
    .update(JSON.stringify(claims.map(writeClaim).toSorted(compareText)))
    .digest('hex')
    .slice(0, 16);
}
