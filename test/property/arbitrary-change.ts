import fc from 'fast-check';
import type { ChangedFile, ChangeSet, DiffLine, FileKind, FileStatus, Hunk } from '#model/change-set.ts';

/** Lines that look like parts of a diff, that are empty, long, or outside ASCII, among ordinary ones. */
const NASTY = [
  '',
  ' ',
  '-',
  '+',
  '--- a/x',
  '+++ b/x',
  '@@ -1 +1 @@',
  '@@@ -1 -1 +1 @@@',
  'diff --git a/x b/x',
  '\\ No newline at end of file',
  '\\',
  'rename to y',
  'Binary files a/x and b/x differ',
  '-- ',
  '\tindented',
  'ünï→漢😀',
  'a\u2028b',
  'a\rb',
  'query("select " + name)',
  '}',
  'index 1..2 100644',
  'Only in a: b',
];
export const lineText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 5, arbitrary: fc.string({ maxLength: 30, unit: fc.constantFrom(...'abc xyz(){}=;"\'') }) },
);

const names = fc.constantFrom(
  'a.ts',
  'src/b c.py',
  'b/b.js',
  'a/a.go',
  'ü/漢.rb',
  '"q".ts',
  'tab\there.c',
  'x.md',
  'package-lock.json',
  'vendor/v.js',
  'deep/er/Dockerfile',
  'i/w/c.php',
  'no-extension',
);
export const path = names;

/** One step from the old file to the new one. */
export interface Step {
  readonly mark: DiffLine['mark'];
  readonly text: string;
}
const step: fc.Arbitrary<Step> = fc.record({
  mark: fc.constantFrom<DiffLine['mark'][]>('context', 'context', 'context', 'added', 'removed'),
  text: lineText,
});
export const steps = fc.array(step, { minLength: 1, maxLength: 60 }).filter((list) => list.some((one) => one.mark !== 'context'));

export interface Numbered extends Step {
  readonly oldLine: number | null;
  readonly newLine: number | null;
}

/** Numbers all steps on their sides, by counting. */
export function numberSteps(list: readonly Step[]): Numbered[] {
  let [oldLine, newLine] = [0, 0];
  return list.map(({ mark, text }) => {
    if (mark !== 'added') oldLine += 1;
    if (mark !== 'removed') newLine += 1;
    return { mark, text, oldLine: mark === 'added' ? null : oldLine, newLine: mark === 'removed' ? null : newLine };
  });
}

/** Groups of steps that a diff with so much context shows as hunks. */
export function groupSteps(list: readonly Numbered[], context: number): Numbered[][] {
  const near = list.map((_, at) => list.slice(Math.max(0, at - context), at + context + 1).some((one) => one.mark !== 'context'));
  const groups: Numbered[][] = [];
  for (const [at, one] of list.entries()) {
    if (!near[at]) continue;
    if (at > 0 && near[at - 1]) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** A change set as a parser would give it, of all kinds of files. */
const changedFile = fc
  .record({
    path,
    steps,
    context: fc.integer({ min: 0, max: 3 }),
    kind: fc.constantFrom<FileKind[]>('text', 'text', 'text', 'text', 'binary', 'submodule', 'symlink'),
    status: fc.constantFrom<FileStatus[]>('modified', 'modified', 'added', 'deleted', 'renamed', 'mode-changed'),
    missing: fc.constantFrom(null, null, null, null, 'no patch'),
    repeat: fc.constantFrom(1, 1, 1, 40),
  })
  .map((made): ChangedFile => {
    const hunks: Hunk[] =
      made.kind !== 'text' || made.missing !== null || made.status === 'mode-changed'
        ? []
        : groupSteps(numberSteps(Array.from({ length: made.repeat }, () => made.steps).flat()), made.context).map((lines) =>
            hunkOf(made.path, lines),
          );
    return {
      path: made.path,
      oldPath: null,
      status: made.status,
      kind: made.kind,
      oldMode: '100644',
      newMode: '100644',
      hunks,
      missing: made.missing,
    };
  });

function hunkOf(file: string, lines: readonly Numbered[]): Hunk {
  const sides = (side: 'oldLine' | 'newLine') => lines.flatMap((line) => line[side] ?? []);
  const [oldLines, newLines] = [sides('oldLine'), sides('newLine')];
  const [oldStart, newStart] = [oldLines[0] ?? 0, newLines[0] ?? 0];
  return {
    id: `${file}@${lines[0]?.oldLine},${lines[0]?.newLine}`,
    oldStart,
    oldLines: oldLines.length,
    newStart,
    newLines: newLines.length,
    section: '',
    lines,
  };
}

export const changeSet: fc.Arbitrary<ChangeSet> = fc
  .uniqueArray(changedFile, { selector: (file) => file.path, maxLength: 6 })
  .map((files) => ({ mode: 'change', files, base: null, head: null }));

/** The new side as far as the hunks tell it, with something in between. */
export function newSideOf(file: ChangedFile): string {
  const lines: string[] = [];
  for (const hunk of file.hunks) for (const line of hunk.lines) if (line.newLine !== null) lines[line.newLine - 1] = line.text;
  return Array.from({ length: lines.length + 5 }, (_, at) => lines[at] ?? `between ${at}`).join('\n');
}
