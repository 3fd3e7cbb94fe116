import type { Plan } from '#model/plan.ts';
import { oneLine } from '#report/plain-text.ts';
import { countOf } from '#report/wording.ts';
import type { ScanPreview } from './review-deps.ts';
import { safeText } from './safe-text.ts';

/** What `--dry-run` prints: what would be asked of whom, and what would be left out. */
export function showPreview(preview: ScanPreview, plan: Plan): string {
  const lines = [
    `${countOf(preview.hunks, 'changed hunk')} in ${countOf(preview.chunks, 'chunk')}, about ${preview.tokens} tokens of code`,
    ...preview.calls.map((row) => `  ${row.model} (${row.role}): ${row.calls} ${row.calls === 1 ? 'call' : 'calls'}`),
    `  consensus: ${plan.consensus.strategy}`,
  ];
  if (preview.left.length > 0)
    lines.push('would not be reviewed:', ...preview.left.map((row) => `  ${oneLine(`${row.path}: ${row.reason}`)}`));
  lines.push('Nothing was called.');
  return safeText(`${lines.join('\n')}\n`);
}
