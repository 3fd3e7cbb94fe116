import { z } from 'zod';
import { type GitHubClient, queryGitHub } from './client.ts';
import { HostError } from './host-error.ts';

/** What only GraphQL tells of a thread. */
export interface ThreadState {
  /** Node id of the thread. */
  readonly id: string;
  /** Node id of its first comment. */
  readonly commentNodeId: string;
  readonly isResolved: boolean;
  readonly isOutdated: boolean;
  readonly isMinimized: boolean;
}

/** https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit: 100 a page. */
const QUERY = `query($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved isOutdated comments(first: 1) { nodes { id url isMinimized } } }
      }
    }
  }
}`;

const MAX_PAGES = 500;

const threadSchema = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  comments: z.object({ nodes: z.array(z.object({ id: z.string(), url: z.string(), isMinimized: z.boolean().nullish() }).nullable()) }),
});
const answerSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
        nodes: z.array(threadSchema.nullable()),
      }),
    }),
  }),
});

/**
 * Every thread of a pull request, by the REST id of its first comment. That id stands in the comment's address: numbers
 * above 2^31 do not fit GraphQL's `databaseId`. Throws `HostError`.
 */
export async function readThreadStates(
  client: GitHubClient,
  { owner, repo, number }: { readonly owner: string; readonly repo: string; readonly number: number },
): Promise<ReadonlyMap<number, ThreadState>> {
  const states = new Map<number, ThreadState>();
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer: z.infer<typeof answerSchema> = await queryGitHub(client, QUERY, { owner, repo, number, after }, answerSchema);
    const { nodes, pageInfo } = answer.repository.pullRequest.reviewThreads;
    for (const thread of nodes) {
      const comment = thread?.comments.nodes[0];
      const [, id] = /#discussion_r(\d+)$/.exec(comment?.url ?? '') ?? [];
      if (!thread || !comment || id === undefined) continue;
      states.set(Number(id), { ...thread, commentNodeId: comment.id, isMinimized: comment.isMinimized ?? false });
    }
    if (!pageInfo.hasNextPage) return states;
    after = pageInfo.endCursor ?? null;
  }
  throw new HostError('protocol', `GitHub did not end the list of threads after ${MAX_PAGES} pages`);
}
