import { createHash } from 'node:crypto';
import { formatPatch, structuredPatch } from 'diff';

/** What a path holds in a revision. Texts and bytes are files, `submodule` names a commit, `symlink` its target. */
export type Content = string | Uint8Array | { readonly submodule: string } | { readonly symlink: string };
export type Files = Readonly<Record<string, Content>>;

export interface GitEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly bytes: Buffer;
}

export interface Commit {
  readonly sha: string;
  /** Files by path. */
  readonly entries: ReadonlyMap<string, GitEntry>;
}

export function createCommit(files: Files, salt: string): Commit {
  const entries = new Map(Object.entries(files).map(([path, content]) => [path, toEntry(content)]));
  const names = [...entries].map(([path, { mode, sha }]) => `${mode} ${path} ${sha}`).sort();
  return { sha: sha1(`commit ${salt}\n${names.join('\n')}`), entries };
}

function toEntry(content: Content): GitEntry {
  if (typeof content === 'object' && 'submodule' in content) {
    return { mode: '160000', type: 'commit', sha: content.submodule, bytes: Buffer.from(`Subproject commit ${content.submodule}\n`) };
  }
  const link = typeof content === 'object' && 'symlink' in content;
  const bytes = Buffer.from(link ? content.symlink : (content as string));
  return { mode: link ? '120000' : '100644', type: 'blob', sha: blobSha(bytes), bytes };
}

function blobSha(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

export function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

/** One folder of a commit with everything below it: entries of itself, and the entries of its folders by their SHA. */
export function treeOf(commit: Commit, folder = ''): { sha: string; entries: { path: string; mode: string; type: string; sha: string }[] } {
  const prefix = folder === '' ? '' : `${folder}/`;
  const direct = new Map<string, { path: string; mode: string; type: string; sha: string }>();
  for (const [path, entry] of commit.entries) {
    if (!path.startsWith(prefix)) continue;
    const [name = '', ...below] = path.slice(prefix.length).split('/');
    if (below.length === 0) direct.set(name, { path: name, mode: entry.mode, type: entry.type, sha: entry.sha });
    else if (!direct.has(name)) direct.set(name, { path: name, mode: '040000', type: 'tree', sha: treeOf(commit, prefix + name).sha });
  }
  const entries = [...direct.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { sha: sha1(`tree ${JSON.stringify(entries)}`), entries };
}

/** One file of a pull request, as the list of its files has it. */
export interface FileChange {
  readonly filename: string;
  readonly previous_filename?: string;
  readonly status: string;
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Null where GitHub leaves it out. */
  readonly patch: string | null;
  /** Lines of the new and old side that the diff shows, each with the index of its hunk. */
  readonly right: ReadonlyMap<number, number>;
  readonly left: ReadonlyMap<number, number>;
}

/** What changed between two commits. `renames` maps a new path to its old one. */
export function listChanges(base: Commit, head: Commit, renames: Readonly<Record<string, string>>, maxPatch: number): FileChange[] {
  const moved = new Set(Object.values(renames));
  const paths = [...new Set([...base.entries.keys(), ...head.entries.keys()])].filter((path) => head.entries.has(path) || !moved.has(path));
  return paths.sort().flatMap((path) => {
    const from = renames[path];
    const before = base.entries.get(from ?? path);
    const after = head.entries.get(path);
    if (before?.sha === after?.sha && before?.mode === after?.mode && from === undefined) return [];
    const status = from !== undefined ? 'renamed' : before === undefined ? 'added' : after === undefined ? 'removed' : 'modified';
    const shown = diffSides(before, after);
    return [
      {
        filename: path,
        ...(from === undefined ? {} : { previous_filename: from }),
        status,
        sha: (after ?? before)?.sha ?? '',
        ...shown,
        patch: shown.patch === '' || shown.patch.length > maxPatch ? null : shown.patch,
      },
    ];
  });
}

function diffSides(before: GitEntry | undefined, after: GitEntry | undefined) {
  const right = new Map<number, number>();
  const left = new Map<number, number>();
  if ([before, after].some((entry) => entry !== undefined && isBinary(entry.bytes)))
    return { patch: '', additions: 0, deletions: 0, right, left };
  const diff = structuredPatch('a', 'b', before?.bytes.toString() ?? '', after?.bytes.toString() ?? '', '', '', { context: 3 });
  let [additions, deletions] = [0, 0];
  for (const [index, hunk] of diff.hunks.entries()) {
    let [oldLine, newLine] = [hunk.oldStart, hunk.newStart];
    for (const line of hunk.lines) {
      if (line.startsWith('\\')) continue;
      if (line[0] !== '+') left.set(oldLine++, index);
      if (line[0] !== '-') right.set(newLine++, index);
      if (line[0] === '+') additions += 1;
      if (line[0] === '-') deletions += 1;
    }
  }
  const text = formatPatch(diff);
  const at = text.indexOf('\n@@ ');
  // GitHub leaves the last line feed out, and writes a single line without its count.
  const patch =
    at < 0
      ? ''
      : text
          .slice(at + 1)
          .trimEnd()
          .replace(/^@@ -.* @@/gm, (header) => header.replace(/,1(?= )/g, ''));
  return { patch, additions, deletions, right, left };
}
