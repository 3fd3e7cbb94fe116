import { z } from 'zod';
import type { KnownTool, Spotted } from './known-tool.ts';
import { readJson } from './read-json.ts';
import { cweOf, severityOf, titleOf } from './scales.ts';

/** https://github.com/ajinabraham/njsscan, its JSON report */
const rulesSchema = z.record(
  z.string(),
  z.object({
    files: z.array(z.object({ file_path: z.string(), match_lines: z.array(z.number()) })).nullish(),
    metadata: z.object({ cwe: z.string().nullish(), description: z.string(), severity: z.string() }),
  }),
);
const reportSchema = z.object({
  errors: z.array(z.unknown()).nullish(),
  nodejs: rulesSchema.nullish(),
  templates: rulesSchema.nullish(),
});

export const njsscan: KnownTool = {
  name: 'njsscan',
  finds: 'weaknesses in Node.js programs and their templates',
  command: ['njsscan', '--json', '{args}', '{files}'],
  args: [],
  languages: ['javascript', 'html', 'vue'],
  exitCodes: [0, 1],
  version: ['njsscan', '--version'],
  install: 'Install it with `pipx install njsscan`.',
  own: {},
  obeyed: /(^|\/)\.njsscan$/,
  // Its own list of folders, names and endings: https://github.com/ajinabraham/njsscan/blob/master/njsscan/settings.py
  overlooks:
    /__MACOSX|node_modules|bower_components|fixtures|jquery|(^|\/)(axios\.min|bootstrap-tour|bootstrap\.min|raphael-min|react|react(-dom)?\.production\.min|tinymce(\.min)?|vue\.min|codemirror(-compressed)?|d3\.min|angular\.min)\.js$|\.(?!js$|html$|mustache$|hbs$|hdbs$|ejs$|vue$|dust$|pug$)[^./]+$/,
  read: ({ stdout }) => {
    const report = readJson(stdout, reportSchema);
    if (report === null) return null;
    return {
      spotted: [...translate(report.nodejs ?? {}), ...translate(report.templates ?? {})],
      unread: (report.errors ?? []).map(() => ({ path: null, why: 'it met a fault of its own' })),
    };
  },
};

/** Rules without a file speak of what is missing in the whole application, which a part of it cannot tell. */
function translate(rules: z.infer<typeof rulesSchema>): Spotted[] {
  return Object.entries(rules).flatMap(([rule, { files, metadata }]) =>
    (files ?? []).map(({ file_path, match_lines: [start = 0, end = start] }) => ({
      path: file_path,
      startLine: start,
      endLine: end,
      rule,
      title: titleOf(rule),
      message: metadata.description,
      cwe: cweOf(metadata.cwe),
      severity: severityOf(metadata.severity),
      confidence: null,
      fix: null,
    })),
  );
}
