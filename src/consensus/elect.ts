import type { Execution } from '#model/outcome.ts';
import type { Plan } from '#model/plan.ts';
import type { Ballot } from '#ports/strategy.ts';
import type { Cluster } from './cluster.ts';
import { touches } from './line-range.ts';
import { type FileViews, seatsCovering } from './panel.ts';

/** Who answered in full where, and what each vote weighs. */
export interface Electorate {
  /** Those of the plan and its reserves. */
  readonly seats: Plan['seats'];
  readonly consensus: Plan['consensus'];
  readonly views: ReadonlyMap<string, FileViews>;
  /** Keys made by `callKey` of the calls that ended `answered`. */
  readonly answered: ReadonlySet<string>;
}

/** Identifies a call by who was asked what. */
export function callKey({ modelId, role, chunkId }: Pick<Execution, 'modelId' | 'role' | 'chunkId'>): string {
  return JSON.stringify([modelId, role, chunkId]);
}

/** Weight of a model's vote: the plan's, else its entry's, else 1. */
export function weightOf(modelId: string, { seats, consensus }: Pick<Electorate, 'seats' | 'consensus'>): number {
  const listed = Object.hasOwn(consensus.weights, modelId) ? consensus.weights[modelId] : undefined;
  return listed ?? seats.find(({ model }) => model.model_id === modelId)?.model.weight ?? 1;
}

/**
 * The ballot on one cluster. A vote belongs to a model, however often and in however many roles it said it. A model
 * has a vote when it reported the weakness, or when it covers the file's language and answered in full on a chunk
 * that shows the place; every other model abstains.
 */
export function drawBallot(cluster: Cluster, electorate: Electorate): Ballot {
  const votesFor = unique(cluster.claims.map(({ modelId }) => modelId));
  const silent = showing(cluster, electorate.views).flatMap(({ chunk, file }) =>
    seatsCovering(electorate.seats, file.language)
      .filter(({ role, model }) => electorate.answered.has(callKey({ modelId: model.model_id, role, chunkId: chunk.id })))
      .map(({ model }) => model.model_id),
  );
  const models = unique([...votesFor, ...silent]);
  return {
    claims: cluster.claims,
    votesFor,
    electorate: models,
    weights: Object.fromEntries(models.map((model) => [model, weightOf(model, electorate)])),
    threshold: electorate.consensus.threshold,
  };
}

/** The chunks that show a line of the cluster, and those in which it was claimed. */
function showing({ path, claims }: Cluster, views: ReadonlyMap<string, FileViews>): FileViews {
  const claimedIn = new Set(claims.map(({ chunkId }) => chunkId));
  return (views.get(path) ?? []).filter(
    ({ chunk, shown }) => claimedIn.has(chunk.id) || claims.some(({ startLine, endLine }) => touches(shown, startLine, endLine)),
  );
}

const unique = (models: readonly string[]) => [...new Set(models)].toSorted();
