import { z } from 'zod';

/** What every event of a repository carries. https://docs.github.com/webhooks/webhook-events-and-payloads */
export const repositorySchema = z.object({
  action: z.string(),
  installation: z.object({ id: z.number() }),
  repository: z.object({ id: z.number(), name: z.string(), owner: z.object({ login: z.string() }) }),
});
type Repository = z.infer<typeof repositorySchema>;

export interface RepositoryRef {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
}

export function repositoryOf({ installation, repository }: Repository): RepositoryRef {
  return { installationId: installation.id, owner: repository.owner.login, repo: repository.name };
}

/** Pull requests that GitHub names beside a check. */
export const namedPullsSchema = z.array(
  z.object({
    number: z.number(),
    head: z.object({ sha: z.string() }),
    base: z.object({ sha: z.string(), repo: z.object({ id: z.number() }) }),
  }),
);

/** A commit may be the head of pull requests in other repositories of the network, too. */
export function belongsTo(repositoryId: number): (pull: z.infer<typeof namedPullsSchema>[number]) => boolean {
  return ({ base }) => base.repo.id === repositoryId;
}
