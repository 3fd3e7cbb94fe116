import type { ChangeSet } from '#model/change-set.ts';
import type { Finding } from '#model/finding.ts';
import { sameCode } from './code-key.ts';

type Placed = Pick<Finding, 'path' | 'startLine' | 'endLine' | 'evidence'>;

/** Whether the change itself adds the code that a finding is about. In whole-file mode no line is new. */
export function addsCode({ mode, files }: Pick<ChangeSet, 'mode' | 'files'>, { path, startLine, endLine, evidence }: Placed): boolean {
  if (mode === 'files') return false;
  const hunks = files.filter((file) => file.path === path).flatMap((file) => file.hunks);
  return hunks.some(({ lines }) =>
    lines.some(
      ({ mark, newLine, text }) =>
        mark === 'added' && newLine !== null && startLine <= newLine && newLine <= endLine && sameCode({ evidence: text }, { evidence }),
    ),
  );
}
