import { type Commit, createCommit, type FileChange, type Files, listChanges } from './git-objects.ts';

export interface Account {
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export interface PullSpec {
  readonly owner?: string;
  readonly repo?: string;
  readonly number?: number;
  readonly title?: string;
  readonly author?: Account;
  readonly draft?: boolean;
  /** The head lies in a fork. */
  readonly fork?: boolean;
  /** The repository of the head was deleted. */
  readonly headGone?: boolean;
  readonly private?: boolean;
  /** All files of the base branch's tip. */
  readonly base: Files;
  /** All files of the head. */
  readonly head: Files;
  /** Files where the head left the base branch, if that is not its tip. */
  readonly mergeBase?: Files;
  /** New path → old path. */
  readonly renames?: Readonly<Record<string, string>>;
  readonly baseRef?: string;
  readonly headRef?: string;
}

export interface FakePull {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly author: Account;
  readonly draft: boolean;
  readonly fork: boolean;
  readonly headGone?: boolean;
  readonly baseRef: string;
  readonly headRef: string;
  baseSha: string;
  mergeBaseSha: string;
  headSha: string;
  state: 'open' | 'closed';
  files: FileChange[];
  readonly renames: Readonly<Record<string, string>>;
}

export interface FakeReview {
  readonly id: number;
  readonly user: Account;
  readonly pull: FakePull;
  readonly body: string;
  state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'PENDING' | 'DISMISSED';
  readonly commit_id: string;
}

export interface FakeReviewComment {
  readonly id: number;
  readonly user: Account;
  readonly pull: FakePull;
  readonly reviewId: number;
  /** The comment that this one answers. */
  readonly in_reply_to_id?: number;
  body: string;
  readonly path: string;
  /** Null where it is outdated, and for a comment on a file. */
  line: number | null;
  start_line: number | null;
  readonly side: string;
  readonly subject_type: 'line' | 'file';
  readonly commit_id: string;
  /** The hunk as it was, down to the line. */
  readonly diff_hunk?: string;
  /** How often its author changed it; absent: never. */
  edits?: number;
  /** Why it is folded away: a word of GraphQL's `ReportedContentClassifiers`. Absent: it is not. */
  minimized?: string;
  /** Its thread is resolved; of the first comment of a thread. */
  resolved?: boolean;
}

/** A reaction to a comment. https://docs.github.com/rest/reactions */
export interface FakeReaction {
  readonly id: number;
  readonly on: 'issue' | 'review';
  readonly commentId: number;
  readonly user: Account;
  readonly content: string;
}

export interface FakeIssueComment {
  readonly id: number;
  readonly user: Account;
  readonly pull: FakePull;
  readonly appId: number | null;
  body: string;
  edits: number;
}

export interface FakeCheckRun {
  readonly id: number;
  readonly repository: string;
  readonly name: string;
  readonly head_sha: string;
  readonly external_id: string;
  readonly appId: number;
  status: string;
  conclusion: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Record<string, unknown>[];
  /** Buttons. */
  actions: Record<string, unknown>[];
}

export interface FakeSarif {
  readonly id: string;
  readonly repository: string;
  readonly commit_sha: string;
  readonly ref: string;
  /** As uploaded, unpacked. */
  readonly text: string;
  status: 'pending' | 'complete' | 'failed';
  errors: string[];
}

/** One attempt to deliver a webhook to the App. */
export interface FakeDelivery {
  /** Larger than a number can hold, as GitHub's are. */
  readonly id: bigint;
  readonly guid: string;
  readonly delivered_at: string;
  readonly redelivery: boolean;
  readonly status: string;
  readonly status_code: number;
  readonly event: string;
}

export interface FakeRepository {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
  private: boolean;
  readonly commits: Map<string, Commit>;
  readonly pulls: Map<number, FakePull>;
  /** Login → permission. */
  readonly permissions: Map<string, 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'>;
}

/** Everything that this GitHub remembers. Tests read it, and may write to it. */
export interface FakeState {
  readonly appId: number;
  readonly slug: string;
  readonly installationId: number;
  readonly repositories: Map<string, FakeRepository>;
  readonly reviews: FakeReview[];
  readonly reviewComments: FakeReviewComment[];
  readonly issueComments: FakeIssueComment[];
  readonly reactions: FakeReaction[];
  readonly checkRuns: FakeCheckRun[];
  readonly sarifs: FakeSarif[];
  /** Attempts to deliver webhooks, the newest first. */
  readonly deliveries: FakeDelivery[];
  /** GUIDs of which a redelivery was asked for, in order. */
  readonly redelivered: string[];
  /** Token → when it ends, by `now()`. */
  readonly tokens: Map<string, number>;
  /** What an upload of SARIF is answered: null takes it. */
  sarifRefusal: { status: number; message: string } | null;
  /** What becomes of an upload that was taken. */
  sarifVerdict: { status: 'complete' | 'failed'; errors: string[] };
  /** The author of a comment or a review, as it is shown; some servers leave things out. */
  showAuthor: (author: Account) => unknown;
  /** Comments name the App that wrote them. */
  showsApps: boolean;
  /** Check runs tell how many annotations they have. */
  countsAnnotations: boolean;
  /** The installation may write contents, as `resolveReviewThread` asks. Aegis does not ask for it by default. */
  writesContents: boolean;
  /** So many lists are still given without what was made before them: GitHub's lists may lag behind. */
  listLag: number;
  /** Lists of posts that were given, and behind which of them a post was made. */
  readonly looks: { given: number; readonly madeAfter: WeakMap<object, number> };
  nextId: number;
  /** Longest patch that the file list shows, characters. */
  readonly maxPatch: number;
  /** Most files that the file list shows. */
  readonly maxFiles: number;
  /** Most entries that a recursive tree shows. */
  readonly maxTree: number;
}

export interface FakeStateOptions {
  readonly appId?: number;
  readonly slug?: string;
  readonly installationId?: number;
  /** Longest patch of the file list, characters: GitHub's is about 1 MB. */
  readonly maxPatch?: number;
  /** Most files of the file list: GitHub's is 3,000. */
  readonly maxFiles?: number;
  /** Most entries of a recursive tree: GitHub's is 100,000. */
  readonly maxTree?: number;
}

export function createState(options: FakeStateOptions): FakeState {
  return {
    appId: options.appId ?? 4711,
    slug: options.slug ?? 'aegis-review',
    installationId: options.installationId ?? 99,
    repositories: new Map(),
    reviews: [],
    reviewComments: [],
    issueComments: [],
    reactions: [],
    checkRuns: [],
    sarifs: [],
    deliveries: [],
    redelivered: [],
    tokens: new Map(),
    sarifRefusal: null,
    sarifVerdict: { status: 'complete', errors: [] },
    showAuthor: ({ login, type }) => ({ login, id: 1, type }),
    showsApps: true,
    countsAnnotations: true,
    writesContents: false,
    listLag: 0,
    looks: { given: 0, madeAfter: new WeakMap() },
    nextId: 1000,
    maxPatch: options.maxPatch ?? 1_000_000,
    maxFiles: options.maxFiles ?? 3_000,
    maxTree: options.maxTree ?? 100_000,
  };
}

/** Finds or makes a repository. */
function repositoryOf(state: FakeState, owner: string, repo: string): FakeRepository {
  const key = `${owner}/${repo}`;
  const found = state.repositories.get(key);
  if (found !== undefined) return found;
  const made: FakeRepository = {
    id: state.nextId++,
    owner,
    repo,
    private: false,
    commits: new Map(),
    pulls: new Map(),
    permissions: new Map(),
  };
  state.repositories.set(key, made);
  return made;
}

export function addPull(state: FakeState, spec: PullSpec): FakePull {
  const repository = repositoryOf(state, spec.owner ?? 'acme', spec.repo ?? 'shop');
  if (spec.private !== undefined) repository.private = spec.private;
  const number = spec.number ?? repository.pulls.size + 1;
  const commit = (files: Files, salt: string) => {
    const made = createCommit(files, `${number} ${salt}`);
    repository.commits.set(made.sha, made);
    return made;
  };
  const base = commit(spec.base, 'base');
  const mergeBase = spec.mergeBase === undefined ? base : commit(spec.mergeBase, 'merge base');
  const head = commit(spec.head, `head ${state.nextId++}`);
  const renames = spec.renames ?? {};
  const pull: FakePull = {
    owner: repository.owner,
    repo: repository.repo,
    number,
    title: spec.title ?? 'Add the search page',
    author: spec.author ?? { login: 'octocat', type: 'User' },
    draft: spec.draft ?? false,
    fork: spec.fork ?? spec.headGone ?? false,
    headGone: spec.headGone ?? false,
    baseRef: spec.baseRef ?? 'main',
    headRef: spec.headRef ?? 'feature/search',
    baseSha: base.sha,
    mergeBaseSha: mergeBase.sha,
    headSha: head.sha,
    state: 'open',
    files: listChanges(mergeBase, head, renames, state.maxPatch),
    renames,
  };
  repository.pulls.set(number, pull);
  return pull;
}

/** A push to the pull request: `head` is all files of its new head. Answers the new head's SHA. */
export function pushHead(state: FakeState, pull: FakePull, files: Files): string {
  const repository = repositoryOf(state, pull.owner, pull.repo);
  const head = createCommit(files, `${pull.number} head ${state.nextId++}`);
  repository.commits.set(head.sha, head);
  pull.headSha = head.sha;
  pull.files = listChanges(repository.commits.get(pull.mergeBaseSha) ?? head, head, pull.renames, state.maxPatch);
  for (const comment of state.reviewComments) if (comment.pull === pull) moveComment(comment, pull);
  return head.sha;
}

/** A comment whose line the diff does not show any more is outdated. Where it is shown, this GitHub leaves its number as it is. */
function moveComment(comment: FakeReviewComment, { files }: FakePull): void {
  if (comment.subject_type === 'file' || comment.line === null) return;
  const file = files.find(({ filename }) => filename === comment.path);
  const shown = comment.side === 'LEFT' ? file?.left : file?.right;
  if (shown?.has(comment.line) !== true) [comment.line, comment.start_line] = [null, null];
}

/** Keeps a new post. Lists may show it later. */
export function addPost<T extends object>({ looks }: FakeState, posts: T[], post: T): T {
  posts.push(post);
  looks.madeAfter.set(post, looks.given);
  return post;
}

/** The posts that a list shows now. */
export function listedPosts<T extends object>({ looks, listLag }: FakeState, posts: readonly T[]): readonly T[] {
  looks.given += 1;
  return posts.filter((post) => looks.given - (looks.madeAfter.get(post) ?? Number.NEGATIVE_INFINITY) > listLag);
}

/** A commit of a repository that is no pull request's: that of a merge group. Answers its SHA. */
export function addCommit(state: FakeState, { owner = 'acme', repo = 'shop' }: { owner?: string; repo?: string }, files: Files): string {
  const made = createCommit(files, `commit ${state.nextId++}`);
  repositoryOf(state, owner, repo).commits.set(made.sha, made);
  return made.sha;
}
