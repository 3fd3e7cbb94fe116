import { type Answer, type Asked, type Operation, pullIn, userOf } from './operation.ts';
import { notFound, Refusal, unprocessable } from './refusal.ts';
import { addPost, type FakePull, type FakeReview, type FakeReviewComment, type FakeState, listedPosts } from './state.ts';

const MAX_BODY = 65_536;

interface CommentInput {
  path: string;
  body: string;
  line?: number;
  side?: string;
  start_line?: number;
  start_side?: string;
  subject_type?: 'line' | 'file';
}

/** Reviews and their comments, with the refusals that cost a whole review. */
export const reviewOperations: Readonly<Record<string, Operation>> = {
  'pulls/list-reviews': (asked) => {
    const pull = pullIn(asked);
    return {
      list: listedPosts(asked.state, asked.state.reviews)
        .filter((review) => review.pull === pull && visible(asked, review))
        .map((review) => showReview(asked.state, review)),
    };
  },
  'pulls/create-review': createReview,
  'pulls/delete-pending-review': (asked) => {
    const index = asked.state.reviews.findIndex(({ id }) => id === Number(asked.params['review_id']));
    const review = asked.state.reviews[index];
    if (review === undefined) throw notFound();
    if (review.state !== 'PENDING') throw unprocessable('Can not delete a non-pending pull request review');
    asked.state.reviews.splice(index, 1);
    return { status: 200, body: showReview(asked.state, review) };
  },
  'pulls/list-review-comments': (asked) => {
    const pull = pullIn(asked);
    return {
      list: listedPosts(asked.state, asked.state.reviewComments)
        .filter((comment) => comment.pull === pull)
        .map((comment) => showComment(asked, comment)),
    };
  },
  'pulls/update-review-comment': (asked) => {
    const comment = asked.state.reviewComments.find(({ id }) => id === Number(asked.params['comment_id']));
    if (comment === undefined) throw notFound();
    if (comment.user.login !== asked.caller.account.login)
      throw new Refusal(403, 'Resource not accessible by integration', { limit: true });
    if (asked.body.body.length > MAX_BODY) throw unprocessable('Validation Failed', ['Body is too long (maximum is 65536 characters)']);
    comment.body = asked.body.body;
    comment.edits = (comment.edits ?? 0) + 1;
    return { status: 200, body: showComment(asked, comment) };
  },
  'pulls/dismiss-review': (asked) => {
    const review = asked.state.reviews.find(({ id }) => id === Number(asked.params['review_id']));
    if (review === undefined) throw notFound();
    if (review.state !== 'CHANGES_REQUESTED' && review.state !== 'APPROVED')
      throw unprocessable('Can not dismiss a pull request review in this state');
    if (asked.body.message === '') throw unprocessable('Validation Failed', ['message cannot be blank']);
    review.state = 'DISMISSED';
    return { status: 200, body: showReview(asked.state, review) };
  },
  'reactions/list-for-pull-request-review-comment': (asked) => {
    const commentId = Number(asked.params['comment_id']);
    return {
      list: asked.state.reactions
        .filter((reaction) => reaction.on === 'review' && reaction.commentId === commentId)
        .map(({ id, user, content }) => ({ id, user: userOf(user), content })),
    };
  },
  'pulls/create-review-comment': (asked) => {
    const pull = pullIn(asked);
    refusePending(asked, pull);
    checkCommit(asked, pull, asked.body.commit_id);
    const problem = problemOf(pull, asked.body);
    if (problem !== null)
      throw unprocessable('Validation Failed', [{ resource: 'PullRequestReviewComment', code: 'custom', message: problem }]);
    const comment = addComment(asked, pull, 0, asked.body);
    return { status: 201, body: showComment(asked, comment) };
  },
};

function createReview(asked: Asked): Answer {
  const { state, caller, body } = asked;
  const pull = pullIn(asked);
  refusePending(asked, pull);
  checkCommit(asked, pull, body.commit_id);
  if (body.event === 'COMMENT' && !body.body && !(body.comments?.length > 0))
    throw unprocessable('Unprocessable Entity', ['Review body is required']);
  if ((body.body?.length ?? 0) > MAX_BODY) throw unprocessable('Validation Failed', ['Body is too long (maximum is 65536 characters)']);
  if (body.event === 'REQUEST_CHANGES' && !body.body) throw unprocessable('Unprocessable Entity', ['Review body is required']);
  if (body.event === 'REQUEST_CHANGES' && pull.author.login === caller.account.login)
    throw new Refusal(422, 'Unprocessable Entity', { errors: ['Review Can not request changes on your own pull request'] });
  const comments: CommentInput[] = body.comments ?? [];
  for (const comment of comments) {
    const problem = comment.subject_type === undefined ? problemOf(pull, comment) : '"subject_type" is not a permitted key.';
    // GitHub does not say which one it was.
    if (problem !== null) throw unprocessable('Unprocessable Entity', [problem]);
  }
  const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;
  const review: FakeReview = {
    id: state.nextId++,
    user: caller.account,
    pull,
    body: body.body ?? '',
    state: states[body.event as keyof typeof states] ?? 'PENDING',
    commit_id: body.commit_id ?? pull.headSha,
  };
  addPost(state, state.reviews, review);
  for (const comment of comments) addComment(asked, pull, review.id, { ...comment, commit_id: review.commit_id });
  return { status: 200, body: showReview(state, review) };
}

function refusePending({ state, caller }: Asked, pull: FakePull): void {
  const pending = state.reviews.some(
    (review) => review.pull === pull && review.state === 'PENDING' && review.user.login === caller.account.login,
  );
  if (pending) throw unprocessable('Unprocessable Entity', ['User can only have one pending review per pull request']);
}

function checkCommit({ state }: Asked, pull: FakePull, commit: string | undefined): void {
  const known = state.repositories.get(`${pull.owner}/${pull.repo}`)?.commits.has(commit ?? pull.headSha);
  if (!known) throw unprocessable('Validation Failed', ['commit_id is not part of the pull request']);
}

/** Why GitHub does not take a comment; null when it does. */
function problemOf(
  pull: FakePull,
  { path, body, line, side = 'RIGHT', start_line: start, start_side: startSide = side, subject_type }: CommentInput,
): string | null {
  const file = pull.files.find(({ filename }) => filename === path);
  if (file === undefined) return 'Path could not be resolved';
  if (body.length === 0) return 'Body cannot be blank';
  if (body.length > MAX_BODY) return 'Body is too long (maximum is 65536 characters)';
  if (subject_type === 'file') return null;
  if (line === undefined) return 'Line could not be resolved';
  const shown = (which: string) => (which === 'LEFT' ? file.left : file.right);
  const hunk = shown(side).get(line);
  if (hunk === undefined) return 'Pull request review thread line must be part of the diff';
  if (start === undefined) return null;
  const startHunk = shown(startSide).get(start);
  if (startHunk === undefined) return 'Pull request review thread start line must be part of the diff';
  if (startHunk !== hunk) return 'Pull request review thread start line must be part of the same hunk as the line.';
  return side === startSide && start >= line ? 'Pull request review thread start line must precede the end line.' : null;
}

function addComment(
  { state, caller }: Asked,
  pull: FakePull,
  reviewId: number,
  input: CommentInput & { commit_id: string },
): FakeReviewComment {
  const comment: FakeReviewComment = {
    id: state.nextId++,
    user: caller.account,
    pull,
    reviewId,
    body: input.body,
    path: input.path,
    line: input.subject_type === 'file' ? null : (input.line ?? null),
    start_line: input.start_line ?? null,
    side: input.side ?? 'RIGHT',
    subject_type: input.subject_type ?? 'line',
    commit_id: input.commit_id,
    diff_hunk: hunkDownTo(pull.files.find(({ filename }) => filename === input.path)?.patch ?? '', input.line ?? 0),
  };
  return addPost(state, state.reviewComments, comment);
}

/** What GitHub shows above a comment: the hunk of a patch, down to a line of the new side. */
function hunkDownTo(patch: string, line: number): string {
  let shown: string[] = [];
  let at = 0;
  for (const text of patch.split('\n')) {
    const [, start] = /^@@ -\S+ \+(\d+)/.exec(text) ?? [];
    if (start !== undefined) [shown, at] = [[], Number(start) - 1];
    else if (!text.startsWith('-')) at += 1;
    shown.push(text);
    if (at === line && start === undefined) return shown.join('\n');
  }
  return '';
}

/** A pending review is seen by its author alone. */
function visible({ caller }: Asked, review: FakeReview): boolean {
  return review.state !== 'PENDING' || review.user.login === caller.account.login;
}

function showReview({ showAuthor }: FakeState, { id, user, body, state, commit_id }: FakeReview) {
  return { id, user: showAuthor(user), body, state, commit_id, author_association: 'NONE' };
}

function showComment({ state }: Asked, { id, user, reviewId, pull, minimized: _, resolved: __, edits: ___, ...shown }: FakeReviewComment) {
  const count = (content: string) =>
    state.reactions.filter((reaction) => reaction.on === 'review' && reaction.commentId === id && reaction.content === content).length;
  return {
    ...shown,
    id,
    node_id: nodeIdOf(id),
    html_url: commentUrl(pull, id),
    user: state.showAuthor(user),
    pull_request_review_id: reviewId,
    author_association: 'NONE',
    reactions: { '+1': count('+1'), '-1': count('-1') },
  };
}

/** A comment as GraphQL names it. */
export function nodeIdOf(commentId: number): string {
  return `PRRC_${commentId}`;
}

export function commentUrl({ owner, repo, number }: FakePull, commentId: number): string {
  return `https://github.com/${owner}/${repo}/pull/${number}#discussion_r${commentId}`;
}
