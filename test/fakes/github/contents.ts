import { type Commit, type GitEntry, listChanges, treeOf } from './git-objects.ts';
import { type Answer, type Asked, type Operation, repositoryIn } from './operation.ts';
import { showFile } from './pulls.ts';
import { notFound, Refusal } from './refusal.ts';

const MAX_CONTENTS = 1_048_576;

/** https://docs.github.com/rest/commits/commits#compare-two-commits */
const MAX_COMPARED = 300;

/** Files, blobs, trees and the merge base. */
export const contentOperations: Readonly<Record<string, Operation>> = {
  'repos/get-content': (asked) => {
    const path = decodeURIComponent(asked.params['path'] ?? '');
    // Without a ref it is the default branch: what the newest pull request is against.
    const ref = asked.query['ref'] ?? [...repositoryIn(asked).pulls.values()].at(-1)?.baseSha ?? '';
    const entry = commitOf(asked, ref).entries.get(path);
    if (entry === undefined) throw notFound();
    const { sha, bytes } = entry;
    const type = entry.type === 'commit' ? 'submodule' : entry.mode === '120000' ? 'symlink' : 'file';
    const large = bytes.length > MAX_CONTENTS;
    const content = type !== 'file' ? {} : large ? { encoding: 'none', content: '' } : { encoding: 'base64', content: wrapped(bytes) };
    return { status: 200, body: { type, path, name: path.split('/').at(-1), sha, size: bytes.length, ...content } };
  },
  'git/get-blob': (asked) => {
    const entry = entries(asked).find(({ sha, type }) => sha === asked.params['file_sha'] && type === 'blob');
    if (entry === undefined) throw notFound();
    return { status: 200, body: { sha: entry.sha, size: entry.bytes.length, encoding: 'base64', content: wrapped(entry.bytes) } };
  },
  'git/get-tree': getTree,
  'repos/compare-commits-with-basehead': (asked) => {
    const [base = '', head = ''] = decodeURIComponent(asked.params['basehead'] ?? '').split('...');
    const { pulls } = repositoryIn(asked);
    commitOf(asked, base);
    const after = commitOf(asked, head);
    const pull = [...pulls.values()].find(({ headSha }) => headSha === head);
    const mergeBase = pull?.mergeBaseSha ?? base;
    // Files come with the first page of the commits, however few of those it holds.
    const files =
      asked.query['page'] === undefined || Number(asked.query['page']) === 1
        ? listChanges(commitOf(asked, mergeBase), after, pull?.renames ?? {}, asked.state.maxPatch).slice(0, MAX_COMPARED)
        : [];
    return { status: 200, body: { merge_base_commit: { sha: mergeBase }, commits: [], files: files.map(showFile) } };
  },
};

function getTree(asked: Asked): Answer {
  const { commits } = repositoryIn(asked);
  const wanted = asked.params['tree_sha'] ?? '';
  const commit = commits.get(wanted);
  if (asked.query['recursive'] !== undefined) {
    if (commit === undefined) throw notFound();
    const tree = [...commit.entries].map(([path, { mode, type, sha }]) => ({ path, mode, type, sha }));
    const truncated = tree.length > asked.state.maxTree;
    return { status: 200, body: { sha: wanted, tree: tree.slice(0, asked.state.maxTree), truncated } };
  }
  for (const each of commit === undefined ? commits.values() : [commit]) {
    for (const folder of commit === undefined ? foldersOf(each) : ['']) {
      const { sha, entries: tree } = treeOf(each, folder);
      if (commit !== undefined || sha === wanted) return { status: 200, body: { sha, tree, truncated: false } };
    }
  }
  throw notFound();
}

function foldersOf({ entries: files }: Commit): Set<string> {
  const parents = (path: string) =>
    path
      .split('/')
      .slice(0, -1)
      .map((_, index, names) => names.slice(0, index + 1).join('/'));
  return new Set([...files.keys()].flatMap(parents));
}

function entries(asked: Asked): GitEntry[] {
  return [...repositoryIn(asked).commits.values()].flatMap((commit) => [...commit.entries.values()]);
}

function commitOf(asked: Asked, sha: string): Commit {
  const found = repositoryIn(asked).commits.get(sha);
  if (found === undefined) throw new Refusal(404, `No commit found for the ref ${sha}`);
  return found;
}

/** GitHub breaks base64 into lines. */
function wrapped(bytes: Buffer): string {
  return bytes.toString('base64').replace(/(.{60})/g, '$1\n');
}
