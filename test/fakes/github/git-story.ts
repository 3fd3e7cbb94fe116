import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { structuredPatch } from 'diff';
import { type Commit, createCommit, type Files, listChanges } from './git-objects.ts';
import type { FakePull, FakeRepository, FakeReviewComment, FakeState } from './state.ts';

/** A branch and its base in a real git repository, and the pull request that the fake GitHub makes of them. */
export interface GitStory {
  readonly pull: FakePull;
  /** Runs git in the repository and answers what it prints. */
  git(...args: readonly string[]): string;
  write(files: Readonly<Record<string, string | null>>): void;
  /** Writes files (null removes one) and commits them on the branch that is checked out. */
  commit(files: Readonly<Record<string, string | null>>, message?: string): void;
  /** Shows the fake GitHub where the branches are now, as `git push --force` would. Answers the head. */
  push(baseRef?: string): string;
}

/** Begins a story in an empty folder: `main` with these files, and `feature` checked out on it. */
export function beginStory(state: FakeState, folder: string, repo: string, base: Readonly<Record<string, string>>): GitStory {
  const git: GitStory['git'] = (...args) =>
    execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...AUTHOR },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write: GitStory['write'] = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (text === null) rmSync(join(folder, path));
      else writeFileSync(join(folder, path), text);
    }
  };
  const commit: GitStory['commit'] = (files, message = 'a change') => {
    write(files);
    git('add', '-A');
    git('commit', '-qm', message);
  };
  git('init', '-q', '-b', 'main');
  commit(base, 'the beginning');
  git('checkout', '-qb', 'feature');

  const repository: FakeRepository = {
    ...{ id: state.nextId++, owner: 'acme', repo, private: false },
    ...{ commits: new Map(), pulls: new Map(), permissions: new Map([['octocat', 'write']]) },
  };
  state.repositories.set(`acme/${repo}`, repository);
  const pull: FakePull = {
    ...{
      owner: 'acme',
      repo,
      number: 1,
      title: 'A story',
      author: { login: 'octocat', type: 'User' },
      draft: false,
      fork: false,
      headGone: false,
    },
    ...{ baseRef: 'main', headRef: 'feature', baseSha: '', mergeBaseSha: '', headSha: '', state: 'open', files: [], renames: {} },
  };
  repository.pulls.set(1, pull);

  /** A commit of the repository as the fake knows it, under the name that git gave it. */
  const mirror = (rev: string): Commit => {
    const sha = git('rev-parse', rev);
    const known = repository.commits.get(sha);
    if (known !== undefined) return known;
    const paths = git('ls-tree', '-r', '--name-only', sha)
      .split('\n')
      .filter((path) => path !== '');
    const files: Files = Object.fromEntries(
      paths.map((path) => [path, execFileSync('git', ['show', `${sha}:${path}`], { cwd: folder, encoding: 'utf8' })]),
    );
    const made = { ...createCommit(files, ''), sha };
    repository.commits.set(sha, made);
    return made;
  };

  /** The line on which each comment was made. */
  const anchors = new Map<number, number | null>();

  return {
    pull,
    git,
    write,
    commit,
    push(baseRef = 'main') {
      const [tip, head] = [mirror(baseRef), mirror('feature')];
      const mergeBase = mirror(git('merge-base', baseRef, 'feature'));
      const renamed = git('diff', '-M', '--diff-filter=R', '--name-status', mergeBase.sha, head.sha);
      const renames = Object.fromEntries(
        renamed
          .split('\n')
          .map((row) => row.split('\t'))
          .flatMap(([, from, to]) => (from === undefined || to === undefined ? [] : [[to, from]])),
      );
      const files = listChanges(mergeBase, head, renames, state.maxPatch);
      const shown = new Map(files.map((file) => [file.filename, file.right]));
      const textAt = (rev: string, path: string) => repository.commits.get(rev)?.entries.get(path)?.bytes.toString() ?? '';
      for (const comment of state.reviewComments) {
        if (comment.pull !== pull || comment.subject_type === 'file') continue;
        const anchor = anchors.get(comment.id) ?? comment.line;
        anchors.set(comment.id, anchor);
        const line = anchor === null ? null : mapLine(textAt(comment.commit_id, comment.path), textAt(head.sha, comment.path), anchor);
        Object.assign(comment, {
          line: line !== null && shown.get(comment.path)?.has(line) === true ? line : null,
          start_line: null,
        } satisfies Partial<FakeReviewComment>);
      }
      Object.assign(pull, { baseRef, baseSha: tip.sha, mergeBaseSha: mergeBase.sha, headSha: head.sha, files, renames });
      return head.sha;
    },
  };
}

/** Where a line of one text stands in another; null where it is gone. */
function mapLine(before: string, after: string, line: number): number | null {
  let shift = 0;
  for (const hunk of structuredPatch('a', 'b', before, after, '', '', { context: 0 }).hunks) {
    const start = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart;
    if (line < start) break;
    if (line < start + hunk.oldLines) return null;
    shift += hunk.newLines - hunk.oldLines;
  }
  return line + shift;
}

const AUTHOR = {
  ...{ GIT_AUTHOR_NAME: 'Mona', GIT_AUTHOR_EMAIL: 'mona@example.com', GIT_COMMITTER_NAME: 'Mona', GIT_COMMITTER_EMAIL: 'mona@example.com' },
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
};
