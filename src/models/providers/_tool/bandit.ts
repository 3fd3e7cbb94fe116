import { z } from 'zod';
import type { KnownTool, ToolReport } from './known-tool.ts';
import { readJson } from './read-json.ts';
import { confidenceOf, cweOf, severityOf, titleOf } from './scales.ts';

/**
 * Weaknesses of bandit's tests (https://bandit.readthedocs.io/en/latest/plugins/index.html and its blacklists). Older
 * releases print none; where a newer one prints a vague one (CWE-20 for XML and YAML), this table says it better.
 */
const CWES: Readonly<Record<string, number>> = {
  ...{ B101: 703, B102: 78, B103: 732, B104: 605, B105: 259, B106: 259, B107: 259, B108: 377, B110: 703, B112: 703, B113: 400 },
  ...{ B201: 94, B202: 22, B301: 502, B302: 502, B303: 327, B304: 327, B305: 327, B306: 377, B307: 95, B308: 79, B310: 22 },
  ...{ B311: 330, B312: 319, B313: 611, B314: 611, B315: 611, B316: 611, B317: 611, B318: 611, B319: 611, B320: 611, B321: 319 },
  ...{ B322: 95, B323: 295, B324: 327, B325: 377, B401: 319, B402: 319, B403: 502, B404: 78, B405: 611, B406: 611, B407: 611 },
  ...{ B408: 611, B409: 611, B410: 611, B411: 776, B412: 284, B413: 327, B415: 319, B501: 295, B502: 327, B503: 327, B504: 327 },
  ...{ B505: 326, B506: 502, B507: 295, B508: 319, B509: 319, B601: 78, B602: 78, B603: 78, B604: 78, B605: 78, B606: 78, B607: 426 },
  ...{ B608: 89, B609: 78, B610: 89, B611: 89, B612: 94, B613: 838, B614: 502, B615: 494, B701: 79, B702: 79, B703: 79, B704: 79 },
};

/** `import subprocess`, `pickle` and the parsers of XML: https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html */
const IMPORTS = 'B403,B404,B405,B406,B407,B408,B409,B410';

const reportSchema = z.object({
  results: z.array(
    z.object({
      filename: z.string(),
      line_number: z.number(),
      line_range: z.array(z.number()).nullish(),
      test_id: z.string(),
      test_name: z.string(),
      issue_text: z.string(),
      issue_severity: z.string(),
      issue_confidence: z.string().nullish(),
      issue_cwe: z.object({ id: z.number().nullish() }).nullish(),
    }),
  ),
  errors: z.array(z.object({ filename: z.string(), reason: z.string() })).nullish(),
});

export const bandit: KnownTool = {
  name: 'bandit',
  finds: 'weaknesses in Python',
  // Imports of modules whose risky calls have tests of their own are noise.
  // Without --exclude, files below folders such as `.tox` or `build.egg` are left out without a word.
  command: ['bandit', '--format', 'json', '--quiet', '--ignore-nosec', '--skip', IMPORTS, '--exclude', '//none', '{args}', '{files}'],
  args: [],
  languages: ['python'],
  exitCodes: [0, 1],
  version: ['bandit', '--version'],
  install: 'Install it with `pipx install bandit` or `apt install bandit`.',
  own: {},
  // It looks for `.bandit` in the folders that it is given; it is given files.
  obeyed: /(^|\/)(\.bandit|bandit\.ya?ml)$/,
  read: ({ stdout }) => {
    const report = readJson(stdout, reportSchema);
    return report === null ? null : translate(report);
  },
};

function translate({ results, errors }: z.infer<typeof reportSchema>): ToolReport {
  return {
    spotted: results.map((result) => {
      const known = CWES[result.test_id];
      return {
        path: result.filename,
        startLine: result.line_number,
        endLine: Math.max(result.line_number, result.line_range?.at(-1) ?? 0),
        rule: result.test_id,
        title: titleOf(result.test_name === 'blacklist' ? result.issue_text.slice(0, 80) : result.test_name),
        message: `${result.issue_text} (bandit ${result.test_id})`,
        cwe: known !== undefined ? `CWE-${known}` : cweOf(`CWE-${result.issue_cwe?.id ?? ''}`),
        severity: severityOf(result.issue_severity),
        confidence: confidenceOf(result.issue_confidence),
        fix: null,
      };
    }),
    unread: (errors ?? []).map(({ filename, reason }) => ({ path: filename, why: reason })),
  };
}
