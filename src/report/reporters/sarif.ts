import type { Reporter } from '#ports/reporter.ts';
import { renderSarif } from '#report/sarif/render-sarif.ts';

export const sarif: Reporter = {
  id: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning and editors.',
  render: (result, { category, version }) => renderSarif(result, { category, version, withAbsent: true }),
};
