import { z } from 'zod';
import type { KnownTool, ToolReport } from './known-tool.ts';
import { readJson } from './read-json.ts';
import { confidenceOf, severityOf } from './scales.ts';

/** https://github.com/securego/gosec, `report/json` and `issue.Issue` */
const reportSchema = z.object({
  Issues: z
    .array(
      z.object({
        rule_id: z.string(),
        details: z.string(),
        file: z.string(),
        line: z.string(),
        severity: z.string(),
        confidence: z.string().nullish(),
        cwe: z.object({ id: z.string().nullish() }).nullish(),
        autofix: z.string().nullish(),
      }),
    )
    .nullable(),
  'Golang errors': z.record(z.string(), z.array(z.object({ error: z.string() })).nullable()).nullish(),
});

export const gosec: KnownTool = {
  name: 'gosec',
  finds: 'weaknesses in Go; without the packages that the change imports it sees less',
  // With -quiet it prints no report where it found nothing, and without -tests it passes `_test.go` over.
  command: ['gosec', '-fmt=json', '-nosec', '-no-fail', '-tests', '{args}', './{folder}/...'],
  args: [],
  languages: ['go'],
  exitCodes: [0, 1],
  version: ['gosec', '-version'],
  install: 'Install it with `go install github.com/securego/gosec/v2/cmd/gosec@latest`.',
  own: {},
  obeyed: null,
  // Its own list of folders, matched anywhere in a path: https://github.com/securego/gosec/blob/master/cmd/gosec/main.go
  overlooks: /vendor.*\//,
  read: ({ stdout }) => {
    const report = readJson(stdout, reportSchema);
    return report === null ? null : translate(report);
  },
};

function translate(report: z.infer<typeof reportSchema>): ToolReport {
  const errors = Object.entries(report['Golang errors'] ?? {});
  return {
    spotted: (report.Issues ?? []).map((issue) => {
      const [start = 0, end = start] = issue.line.split('-').map(Number);
      return {
        path: issue.file,
        startLine: start,
        endLine: end,
        rule: issue.rule_id,
        title: issue.details.slice(0, 100),
        message: `${issue.details} (gosec ${issue.rule_id})`,
        cwe: issue.cwe?.id ? `CWE-${issue.cwe.id}` : null,
        severity: severityOf(issue.severity),
        confidence: confidenceOf(issue.confidence),
        fix: issue.autofix || null,
      };
    }),
    // A package that is not there is what a part of a program always lacks: only syntax is a reason to distrust.
    unread: errors.flatMap(([path, list]) =>
      (list ?? [])
        .filter(({ error }) => /expected|syntax/i.test(error))
        .slice(0, 1)
        .map(({ error }) => ({ path, why: error })),
    ),
  };
}
