import type { ChangedFile, ChangeSet } from '#model/change-set.ts';

/** A new file with these lines. */
export function newFile(path: string, text: string): ChangedFile {
  const lines = text.replace(/\n$/, '').split('\n');
  return {
    path,
    oldPath: null,
    status: 'added',
    kind: 'text',
    oldMode: null,
    newMode: '100644',
    hunks: [
      {
        id: `${path}@0,1`,
        oldStart: 0,
        oldLines: 0,
        newStart: 1,
        newLines: lines.length,
        section: '',
        lines: lines.map((line, index) => ({ mark: 'added', text: line, oldLine: null, newLine: index + 1 })),
      },
    ],
    missing: null,
  };
}

export function changeOf(...files: readonly ChangedFile[]): ChangeSet {
  return { mode: 'change', files, base: 'main', head: 'feature' };
}
