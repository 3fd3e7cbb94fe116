import { CONFIG_FILES } from '#config/config-files.ts';
import type { KnownParts } from '#config/known-parts.ts';
import { type ReviewConfig, readLayers } from '#config/read-config.ts';
import type { ResolvedPlan } from '#config/resolve-plan.ts';
import { skipReason } from '#config/skip-reason.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Plan } from '#model/plan.ts';
import type { PullRequest } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import { checkNewConfig } from './check-new-config.ts';
import type { PreparedReview, Surroundings } from './context.ts';
import { readBaseLayers } from './read-base-layers.ts';

export interface PrepareDeps {
  readonly host: Pick<CodeHost, 'textAtBase' | 'textOfOwner'>;
  readonly known: KnownParts;
  /** Files of the repository that configure it, the nearest first, where they are not the usual ones. */
  readonly files?: readonly string[];
  /** Resolves a configuration that a repository wrote: nothing in it is trusted with the server's keys or network. */
  resolvePlan(config: ReviewConfig, pull: Pick<PullRequest, 'owner' | 'repo'>): Promise<ResolvedPlan>;
  scan(
    change: ChangeSet,
    plan: Plan,
    world: { reader: CodeReader; attributes: string | null; signal: AbortSignal; repository: string } & Surroundings,
  ): Promise<ScanResult>;
}

/**
 * Reads the configuration and `.gitattributes` of the base, never of the head: whoever opens a pull request must not
 * choose how it is reviewed. Throws `ConfigError` with all problems of all files.
 */
export async function prepareReview(pull: PullRequest, deps: PrepareDeps): Promise<PreparedReview> {
  const { files = CONFIG_FILES } = deps;
  const layers = await readBaseLayers(pull, deps.host, files);
  const { config } = readLayers(layers, deps.known);
  const { plan, settings, warnings } = await deps.resolvePlan(config, pull);
  return {
    settings,
    plan,
    notes: warnings,
    skip: skipReason(config.values, pull),
    configNotes: async (change, reader) =>
      await checkNewConfig(change, {
        reader,
        files,
        layers,
        read: (head) => readLayers(head, deps.known).config,
        resolve: async (head) => await deps.resolvePlan(head, pull),
      }),
    scan: async (change, reader, signal, kept) => {
      const attributes = await deps.host.textAtBase(pull, '.gitattributes');
      return await deps.scan(change, plan, { ...kept, reader, attributes, signal, repository: `${pull.owner}/${pull.repo}` });
    },
  };
}
