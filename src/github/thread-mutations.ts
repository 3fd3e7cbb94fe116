import { z } from 'zod';
import { type GitHubClient, queryGitHub } from './client.ts';
import { isFault } from './host-error.ts';
import type { Mutation } from './routes.ts';

/** https://docs.github.com/graphql/reference/mutations */
const MUTATIONS: Readonly<Record<Mutation, string>> = {
  minimizeComment: 'mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) { clientMutationId } }',
  unminimizeComment: 'mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { clientMutationId } }',
  resolveReviewThread: 'mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { clientMutationId } }',
  unresolveReviewThread: 'mutation($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { clientMutationId } }',
};

/** Folds comments and resolves threads, as far as GitHub lets us. */
export interface ThreadMutations {
  /** False where it is refused: then it is not asked for again. Throws `HostError` for what may pass. */
  run(mutation: Mutation, id: string): Promise<boolean>;
}

/** One for each publication: what is refused once is refused for all threads of the repository. */
export function createThreadMutations(client: GitHubClient): ThreadMutations {
  const refused = new Set<Mutation>();
  return {
    async run(mutation, id) {
      if (refused.has(mutation)) return false;
      try {
        await queryGitHub(client, MUTATIONS[mutation], { id }, z.unknown());
        return true;
      } catch (error) {
        // A thread that is gone needs nothing. GraphQL may be out of reach behind a proxy, which is a 404 as well.
        if (isFault(error, 'not-found')) return false;
        if (!isFault(error, 'forbidden', 'invalid')) throw error;
        refused.add(mutation);
        return false;
      }
    },
  };
}
