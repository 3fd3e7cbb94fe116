import { OWNER_REPOSITORY } from '#config/config-files.ts';
import type { ConfigLayer } from '#config/read-config.ts';
import type { PullRequest } from '#model/publication.ts';
import type { CodeHost } from '#ports/code-host.ts';

/** The files that configure the review of a pull request, the nearest first: `files` of its base over its owner's. */
export async function readBaseLayers(
  pull: PullRequest,
  host: Pick<CodeHost, 'textAtBase' | 'textOfOwner'>,
  files: readonly string[],
): Promise<readonly ConfigLayer[]> {
  const own = files.map(async (source) => toLayer(source, await host.textAtBase(pull, source)));
  return (await Promise.all([...own, readOwnerLayer(pull, host)])).filter((layer) => layer !== null);
}

async function readOwnerLayer(pull: PullRequest, host: Pick<CodeHost, 'textOfOwner'>): Promise<ConfigLayer | null> {
  const { name, files } = OWNER_REPOSITORY;
  // There, the owner's is its own.
  if (pull.repo.toLowerCase() === name) return null;
  for (const path of files) {
    const text = await host.textOfOwner(pull, name, path);
    if (text !== null) return { source: `${pull.owner}/${name}:${path}`, text };
  }
  return null;
}

function toLayer(source: string, text: string | null): ConfigLayer | null {
  return text === null ? null : { source, text };
}
