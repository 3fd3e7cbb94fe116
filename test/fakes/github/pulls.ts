import { gunzipSync } from 'node:zlib';
import type { FileChange } from './git-objects.ts';
import { type Asked, type Operation, pullIn, repositoryIn, userOf } from './operation.ts';
import { notFound, Refusal, unprocessable } from './refusal.ts';
import { addPost, type FakeIssueComment, type FakePull, type FakeSarif, type FakeState, listedPosts } from './state.ts';

/** Pull requests, their conversation, code scanning and the App itself. */
export const pullOperations: Readonly<Record<string, Operation>> = {
  'apps/get-authenticated': ({ state, caller }) => {
    if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
    return { status: 200, body: { id: state.appId, slug: state.slug, name: state.slug } };
  },
  'rate-limit/get': () => ({ status: 200, body: { resources: { core: { limit: 5000, remaining: 4999, reset: 0 } } } }),
  'repos/get': (asked) => ({ status: 200, body: showRepository(asked.state, repositoryIn(asked)) }),
  'apps/get-repo-installation': (asked) => {
    repositoryIn(asked);
    return { status: 200, body: { id: asked.state.installationId, app_id: asked.state.appId } };
  },
  'pulls/list': (asked) => ({
    list: [...repositoryIn(asked).pulls.values()]
      .filter(({ state }) => state === (asked.query['state'] ?? 'open'))
      .map((pull) => showPull(asked.state, pull)),
  }),
  'pulls/get': (asked) => ({ status: 200, body: showPull(asked.state, pullIn(asked)) }),
  'pulls/list-files': (asked) => ({
    list: pullIn(asked).files.slice(0, asked.state.maxFiles).map(showFile),
  }),
  'issues/list-comments': (asked) => {
    const pull = pullIn(asked);
    return {
      list: listedPosts(asked.state, asked.state.issueComments)
        .filter((comment) => comment.pull === pull)
        .map((comment) => showComment(asked.state, comment)),
    };
  },
  'issues/create-comment': (asked) => {
    const { state, caller, body } = asked;
    checkBody(body.body);
    const comment: FakeIssueComment = {
      id: state.nextId++,
      user: caller.account,
      pull: pullIn(asked),
      appId: state.appId,
      body: body.body,
      edits: 0,
    };
    addPost(state, state.issueComments, comment);
    return { status: 201, body: showComment(state, comment) };
  },
  'issues/update-comment': (asked) => {
    const comment = asked.state.issueComments.find(({ id }) => id === Number(asked.params['comment_id']));
    if (comment === undefined) throw notFound();
    if (comment.user.login !== asked.caller.account.login)
      throw new Refusal(403, 'Resource not accessible by integration', { limit: true });
    checkBody(asked.body.body);
    comment.body = asked.body.body;
    comment.edits += 1;
    return { status: 200, body: showComment(asked.state, comment) };
  },
  'code-scanning/upload-sarif': uploadSarif,
  'code-scanning/get-sarif': (asked) => {
    const sarif = asked.state.sarifs.find(({ id }) => id === asked.params['sarif_id']);
    if (sarif === undefined) throw notFound();
    return { status: 200, body: { processing_status: sarif.status, errors: sarif.errors.length > 0 ? sarif.errors : null } };
  },
};

function uploadSarif(asked: Asked) {
  const { state, body } = asked;
  const { owner, repo, commits } = repositoryIn(asked);
  if (state.sarifRefusal !== null) throw new Refusal(state.sarifRefusal.status, state.sarifRefusal.message);
  const packed = Buffer.from(body.sarif, 'base64');
  if (packed.length > 10_000_000) throw new Refusal(413, 'the SARIF file is too large', { limit: true });
  if (!/^refs\/(heads\/.+|tags\/.+|pull\/\d+\/(merge|head))$/.test(body.ref)) throw unprocessable(`ref ${body.ref} is not valid`);
  if (!commits.has(body.commit_sha)) throw unprocessable(`commit not found: ${body.commit_sha}`);
  const sarif: FakeSarif = {
    id: `sarif-${state.nextId++}`,
    repository: `${owner}/${repo}`,
    commit_sha: body.commit_sha,
    ref: body.ref,
    text: gunzipSync(packed).toString(),
    status: state.sarifVerdict.status,
    errors: state.sarifVerdict.errors,
  };
  state.sarifs.push(sarif);
  return { status: 202, body: { id: sarif.id, url: `${asked.url}/repos/${owner}/${repo}/code-scanning/sarifs/${sarif.id}` } };
}

function checkBody(body: string): void {
  if (body.length === 0) throw unprocessable('Validation Failed', ['Body cannot be blank']);
  if (body.length > 65_536) throw unprocessable('Validation Failed', ['Body is too long (maximum is 65536 characters)']);
}

function showComment({ showAuthor, showsApps }: FakeState, { id, user, appId, body }: FakeIssueComment) {
  const app = showsApps ? { performed_via_github_app: appId === null ? null : { id: appId } } : {};
  return { id, user: showAuthor(user), body, author_association: 'NONE', ...app };
}

function showRepository(
  state: FakeState,
  { id, owner, repo, private: isPrivate }: { id: number; owner: string; repo: string; private: boolean },
) {
  return {
    id,
    name: repo,
    full_name: `${owner}/${repo}`,
    owner: { login: owner, id: state.installationId, type: 'Organization' },
    private: isPrivate,
  };
}

/** A changed file as lists show it. */
export function showFile({ left: _, right: __, patch, ...file }: FileChange) {
  return { ...file, changes: file.additions + file.deletions, ...(patch === null ? {} : { patch }) };
}

/** A pull request as REST and webhooks show it. */
export function showPull(state: FakeState, pull: FakePull) {
  const repository = state.repositories.get(`${pull.owner}/${pull.repo}`);
  if (repository === undefined) throw notFound();
  const base = showRepository(state, repository);
  const head = pull.headGone
    ? null
    : pull.fork
      ? {
          ...base,
          id: base.id + 1_000_000,
          full_name: `${pull.author.login}/${pull.repo}`,
          owner: { ...base.owner, login: pull.author.login },
        }
      : base;
  return {
    id: pull.number,
    number: pull.number,
    title: pull.title,
    state: pull.state,
    draft: pull.draft,
    user: userOf(pull.author),
    changed_files: pull.files.length,
    head: { sha: pull.headSha, ref: pull.headRef, label: `${head?.owner.login ?? 'unknown'}:${pull.headRef}`, repo: head },
    base: { sha: pull.baseSha, ref: pull.baseRef, label: `${pull.owner}:${pull.baseRef}`, repo: base },
  };
}
