import type { Reporter } from '#ports/reporter.ts';
import { renderReport } from '#report/markdown/report.ts';

export const markdown: Reporter = {
  id: 'markdown',
  summary: 'The summary of a review and every finding in full, as Markdown; what is longer than a job summary takes is counted.',
  render: (result, { version }) =>
    renderReport(result, {
      ...{ failRule: null, blobUrl: null, scanId: null, headSha: null, version, commands: false },
      ...{ suggestions: 'code', commented: null, notes: [] },
      rerun: 'run `aegis` again',
      elsewhere: 'The format `json` lists all.',
    }),
};
