import type { Chunk } from '#model/chunk.ts';
import type { Covers } from '#model/model-entry.ts';
import type { Execution, Outcome } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { Ballot } from '#ports/strategy.ts';
import { callKey } from './call-key.ts';
import type { Cluster } from './cluster.ts';
import { isWithin } from './cwe-tree.ts';
import { touches } from './line-range.ts';
import { type FileViews, indexViews, seatsCovering, votingRoles } from './panel.ts';

/** Who answered in full where, and who has a vote. */
export interface Electorate {
  /** Seats of voting roles. A model that stood in has a vote of its own; a reserve that was not asked has answered nowhere. */
  readonly seats: readonly Seat[];
  readonly views: ReadonlyMap<string, FileViews>;
  /** Keys made by `callKey` of the calls that ended `answered` with an opinion on every weakness of their chunk. */
  readonly answered: ReadonlySet<string>;
  /** The voter that a model is, or belongs to. */
  readonly voterOf: (modelId: string) => string;
  readonly threshold: number;
}

export function openElectorate(
  plan: Pick<Plan, 'seats' | 'reserves' | 'stages' | 'consensus'>,
  chunks: readonly Chunk[],
  executions: readonly Execution[],
): Electorate {
  const isVoting = votingRoles(plan);
  const seats = [...plan.seats, ...plan.reserves];
  const families = new Map(plan.consensus.independence === 'family' ? seats.map(({ model }) => [model.model_id, model.family]) : []);
  const suspicious = plan.stages.triage?.threshold ?? 0;
  // A call about a finding is about what is already claimed.
  const full = executions.filter(({ outcome, finding }) => finding === undefined && saysAll(outcome, suspicious));
  return {
    seats: seats.filter(({ role }) => isVoting(role)),
    views: indexViews(chunks),
    answered: new Set(full.map(callKey)),
    voterOf: (modelId) => families.get(modelId) ?? modelId,
    threshold: plan.consensus.threshold,
  };
}

/**
 * True for a full answer whose silence on a weakness is a word against it. A triage that calls a chunk suspicious and
 * names no weakness was not asked for one: it says nothing against those that others find there.
 */
function saysAll(outcome: Outcome, suspicious: number): boolean {
  if (outcome.kind !== 'answered') return false;
  const { opinion, claims } = outcome;
  return opinion?.kind !== 'triage' || claims.length > 0 || opinion.score < suspicious;
}

/**
 * The ballot on one cluster. A vote belongs to a model, or to a family of models, however often and in however many
 * roles it said it. A model has a vote when it reported the weakness, or when it covers the file's language and the CWE and
 * answered in full on a chunk that shows the place; every other model abstains. A family weighs what the heaviest of
 * those weighs.
 */
export function drawBallot(cluster: Cluster, cwe: string | null, electorate: Electorate, weightOf: (modelId: string) => number): Ballot {
  const { voterOf, threshold } = electorate;
  const claiming = cluster.claims.map(({ modelId }) => modelId);
  const silent = showing(cluster, electorate.views).flatMap(({ chunk, file }) =>
    seatsCovering(electorate.seats, file.language)
      .filter(({ model }) => looksFor(model.covers, cwe))
      .filter(({ role, model }) => electorate.answered.has(callKey({ modelId: model.model_id, role, chunkId: chunk.id })))
      .map(({ model }) => model.model_id),
  );
  const weights = new Map<string, number>();
  for (const modelId of new Set([...claiming, ...silent])) {
    const voter = voterOf(modelId);
    weights.set(voter, Math.max(weights.get(voter) ?? 0, weightOf(modelId)));
  }
  const voters = [...weights.keys()].toSorted();
  return {
    claims: cluster.claims,
    votesFor: [...new Set(claiming.map(voterOf))].toSorted(),
    electorate: voters,
    weights: Object.fromEntries(voters.map((voter) => [voter, weights.get(voter) ?? 0])),
    threshold,
  };
}

/** Whether a model that covers this could have reported the weakness. One that names its CWEs says nothing of a claim without one. */
function looksFor(cover: Covers, cwe: string | null): boolean {
  if (cover === 'all' || cover.cwes === undefined) return true;
  return cwe !== null && cover.cwes.some((own) => isWithin(cwe, own));
}

/** The chunks that show a line of the cluster, and those in which it was claimed. */
function showing({ path, claims }: Cluster, views: ReadonlyMap<string, FileViews>): FileViews {
  const claimedIn = new Set(claims.map(({ chunkId }) => chunkId));
  return (views.get(path) ?? []).filter(
    ({ chunk, shown }) => claimedIn.has(chunk.id) || claims.some(({ startLine, endLine }) => touches(shown, startLine, endLine)),
  );
}
