import { z } from 'zod';
import type { KnownTool, ToolReport } from './known-tool.ts';
import { readJson } from './read-json.ts';
import { confidenceOf, cweOf, severityOf, titleOf } from './scales.ts';

/** https://semgrep.dev/docs/semgrep-appsec-platform/json-and-sarif */
const reportSchema = z.object({
  results: z.array(
    z.object({
      check_id: z.string(),
      path: z.string(),
      start: z.object({ line: z.number() }),
      end: z.object({ line: z.number() }),
      extra: z.object({
        message: z.string(),
        severity: z.string(),
        fix: z.string().nullish(),
        metadata: z.object({ cwe: z.union([z.string(), z.array(z.string())]).nullish(), confidence: z.string().nullish() }).nullish(),
      }),
    }),
  ),
  errors: z.array(z.object({ path: z.string().nullish(), type: z.unknown(), message: z.string().nullish() })).nullish(),
});

export const semgrep: KnownTool = {
  name: 'semgrep',
  finds: 'what its rules find, in many languages; by default those of its registry, which it downloads',
  command: [
    ...['semgrep', 'scan', '--json', '--quiet', '--metrics=off', '--disable-version-check'],
    // Ignore comments and ignore files of the change are shown, not obeyed.
    ...['--disable-nosem', '--no-git-ignore', '--scan-unknown-extensions', '{args}', '{files}'],
  ],
  args: ['--config', 'p/default'],
  languages: 'all',
  exitCodes: [0, 1],
  // Else it asks a server for the newest one.
  version: ['semgrep', '--version', '--disable-version-check'],
  install: 'Install it with `pipx install semgrep`.',
  own: {},
  obeyed: /(^|\/)\.semgrep\w*(\.ya?ml)?$|(^|\/)\.gitignore$/i,
  read: ({ stdout }) => {
    const report = readJson(stdout, reportSchema);
    return report === null ? null : translate(report);
  },
};

function translate({ results, errors }: z.infer<typeof reportSchema>): ToolReport {
  return {
    spotted: results.map(({ check_id, path, start, end, extra }) => ({
      path,
      startLine: start.line,
      endLine: end.line,
      rule: check_id,
      title: titleOf(check_id.split('.').at(-1) ?? check_id),
      message: extra.message,
      cwe: cweOf(extra.metadata?.cwe),
      severity: severityOf(extra.severity),
      confidence: confidenceOf(extra.metadata?.confidence),
      fix: extra.fix ?? null,
    })),
    unread: (errors ?? []).map(({ path, message }) => ({ path: path ?? null, why: message?.split('\n')[0] ?? 'it could not be read' })),
  };
}
