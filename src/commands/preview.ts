import type { Plan } from '#model/plan.ts';
import type { ScanPreview } from './review-deps.ts';

/** What `--dry-run` prints: what would be asked of whom, and what would be left out. */
export function showPreview(preview: ScanPreview, plan: Plan): string {
  const lines = [
    `${preview.hunks} changed hunks in ${preview.chunks} chunks, about ${preview.tokens} tokens of code`,
    ...preview.calls.map((row) => `  ${row.model} (${row.role}): ${row.calls} ${row.calls === 1 ? 'call' : 'calls'}`),
    `  consensus: ${plan.consensus.strategy}`,
  ];
  if (preview.left.length > 0) lines.push('left out:', ...preview.left.map((row) => `  ${row.path}: ${row.reason}`));
  lines.push('Nothing was called.');
  return `${lines.join('\n')}\n`;
}
