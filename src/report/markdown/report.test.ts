import { expect, it } from 'vitest';
import { makeFinding, makeResult } from '../../../test/fixtures/scan-results.ts';
import { markdown } from '../reporters/markdown.ts';

const options = { color: false, width: 100, category: 'aegis', version: '1.2.3', began: '', ended: '' };

it('a report of any size is one that a job summary takes, and says how many findings it leaves out', () => {
  // Three bytes a sign: the limit is one of bytes.
  const findings = Array.from({ length: 2_000 }, (_, index) => makeFinding({ startLine: index + 1, message: '\u6f0f'.repeat(3_000) }));
  const report = markdown.render(makeResult({ conclusion: 'findings', findings }), options);
  const bytes = Buffer.byteLength(report);
  expect(bytes).toBeGreaterThan(900_000);
  expect(bytes).toBeLessThan(1024 * 1024);
  const shown = report.match(/^### /gm)?.length ?? 0;
  expect(report).toContain(`… and **${2_000 - shown} more findings** that this text is too short for. The format \`json\` lists all.`);
});
