import { z } from 'zod';
import type { KnownTool } from './known-tool.ts';
import { readJson } from './read-json.ts';

/** https://github.com/gitleaks/gitleaks, its JSON report */
const reportSchema = z.array(
  z.object({ RuleID: z.string(), Description: z.string(), File: z.string(), StartLine: z.number(), EndLine: z.number() }),
);

export const gitleaks: KnownTool = {
  name: 'gitleaks',
  finds: 'keys and passwords in any file',
  // The report never holds the secret itself.
  command: [
    ...['gitleaks', 'dir', '--no-banner', '--log-level=error', '--redact=100', '--exit-code=0', '--ignore-gitleaks-allow'],
    ...['--report-format=json', '--report-path=-', '{args}', '{folder}'],
  ],
  args: [],
  languages: 'all',
  exitCodes: [0],
  version: ['gitleaks', 'version'],
  install: 'Install it from https://github.com/gitleaks/gitleaks (version 8.19 or newer; the npm package of this name is another program).',
  own: {},
  obeyed: /(^|\/)\.?gitleaks(\.toml|ignore)$/i,
  read: ({ stdout }) => {
    const leaks = readJson(stdout, reportSchema);
    if (leaks === null) return null;
    return {
      spotted: leaks.map((leak) => ({
        path: leak.File,
        startLine: leak.StartLine,
        endLine: leak.EndLine,
        rule: leak.RuleID,
        title: 'Hard-coded secret',
        message: `${leak.Description} (gitleaks ${leak.RuleID})`,
        cwe: 'CWE-798',
        severity: 'high',
        confidence: null,
        fix: 'Revoke it, and read the new one from the environment or a secret store.',
      })),
      unread: [],
    };
  },
};
