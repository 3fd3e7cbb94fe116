import { splitLines, withoutReturns } from '#diff/text-lines.ts';
import type { ChangedFile, FileKind } from '#model/change-set.ts';
import { decodeText } from './decode-text.ts';
import type { WorktreeFile } from './worktree-file.ts';

/** A file of the working tree as if all of it were new: one hunk of added lines. Null where there is none. */
export function wholeFile(path: string, content: WorktreeFile): ChangedFile | null {
  switch (content.kind) {
    case 'absent':
      return null;
    case 'symlink':
      return newFile(path, 'symlink');
    case 'folder':
      return newFile(path, 'submodule');
    case 'unreadable':
      return { ...newFile(path, 'text'), missing: content.reason };
    case 'file':
      return fromBytes(path, content.bytes);
  }
}

function fromBytes(path: string, bytes: Buffer): ChangedFile {
  const text = decodeText(bytes);
  const lines = splitLines(text ?? '');
  if (lines.length === 0) return newFile(path, text === null ? 'binary' : 'text');
  const hunk = {
    id: `${path}@0,1`,
    oldStart: 0,
    oldLines: 0,
    newStart: 1,
    newLines: lines.length,
    section: '',
    lines: lines.map((line, at) => ({ mark: 'added' as const, text: withoutReturns(line), oldLine: null, newLine: at + 1 })),
  };
  return { ...newFile(path, 'text'), hunks: [hunk] };
}

function newFile(path: string, kind: FileKind): ChangedFile {
  return { path, oldPath: null, status: 'added', kind, oldMode: null, newMode: null, hunks: [], missing: null };
}
