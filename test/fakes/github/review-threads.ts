import type { Caller } from './operation.ts';
import { commentUrl, nodeIdOf } from './reviews.ts';
import type { FakeReviewComment, FakeState } from './state.ts';

/** GraphQL answers 200 also where it refuses. */
type GraphqlAnswer = { data: unknown; errors?: readonly { type: string; message: string }[] };

/** https://docs.github.com/graphql/reference/enums#reportedcontentclassifiers */
const CLASSIFIERS = ['ABUSE', 'DUPLICATE', 'OFF_TOPIC', 'OUTDATED', 'RESOLVED', 'SPAM'];

/** The threads of a pull request, a page of 100 at most. */
export function listThreads(state: FakeState, query: string, variables: Record<string, unknown>): GraphqlAnswer {
  const first = Number(/reviewThreads\(first: (\d+)/.exec(query)?.[1] ?? 0);
  if (first < 1 || first > 100) return refuse('ARGUMENT_LIMIT', '`first` must lie between 1 and 100');
  const pull = state.repositories.get(`${variables['owner']}/${variables['repo']}`)?.pulls.get(Number(variables['number']));
  if (pull === undefined) return refuse('NOT_FOUND', 'Could not resolve to a PullRequest');
  const heads = state.reviewComments.filter((comment) => comment.pull === pull && comment.in_reply_to_id === undefined);
  const start = Number(variables['after'] ?? 0);
  const nodes = heads.slice(start, start + first).map((comment) => ({
    id: threadId(comment),
    isResolved: comment.resolved ?? false,
    isOutdated: comment.subject_type === 'line' && comment.line === null,
    comments: { nodes: [{ id: nodeIdOf(comment.id), url: commentUrl(pull, comment.id), isMinimized: comment.minimized !== undefined }] },
  }));
  const pageInfo = { hasNextPage: start + first < heads.length, endCursor: String(start + first) };
  return { data: { repository: { pullRequest: { reviewThreads: { pageInfo, nodes } } } } };
}

/** One of the mutations that Aegis asks for; null for a query that is none of them. */
export function mutateThread(state: FakeState, caller: Caller, query: string, variables: Record<string, unknown>): GraphqlAnswer | null {
  const [, mutation = ''] = /^\s*mutation[^{]*\{\s*(\w+)\(/.exec(query) ?? [];
  const subject = String(variables['id']);
  if (mutation === 'minimizeComment' || mutation === 'unminimizeComment') {
    const comment = state.reviewComments.find(({ id }) => nodeIdOf(id) === subject);
    if (comment === undefined) return refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${subject}'`);
    const [, classifier = ''] = /classifier: (\w+)/.exec(query) ?? [];
    if (mutation === 'unminimizeComment') delete comment.minimized;
    else if (CLASSIFIERS.includes(classifier)) comment.minimized = classifier;
    else return refuse('argumentLiteralsIncompatible', `invalid classifier ${classifier}`);
    return { data: { [mutation]: { clientMutationId: null } } };
  }
  if (mutation !== 'resolveReviewThread' && mutation !== 'unresolveReviewThread') return null;
  const thread = state.reviewComments.find((comment) => threadId(comment) === subject);
  if (thread === undefined) return refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${subject}'`);
  // Reported by the authors of several Apps: pull_requests: write is not enough.
  if (caller.kind !== 'installation' || !state.writesContents) return refuse('FORBIDDEN', 'Resource not accessible by integration');
  thread.resolved = mutation === 'resolveReviewThread';
  return { data: { [mutation]: { clientMutationId: null } } };
}

function threadId({ id }: FakeReviewComment): string {
  return `PRRT_${id}`;
}

function refuse(type: string, message: string): GraphqlAnswer {
  return { data: null, errors: [{ type, message }] };
}
