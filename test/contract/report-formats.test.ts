import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { csv } from '#report/reporters/csv.ts';
import { gitlab } from '#report/reporters/gitlab.ts';
import { rdjson } from '#report/reporters/rdjson.ts';
import { makeFinding, makeResult, results } from '../fixtures/scan-results.ts';
import { diagnosticResult } from '../fixtures/schemas/diagnostic-result.ts';
import { gitlabSast } from '../fixtures/schemas/gitlab-sast.ts';

const options = {
  color: false,
  width: 100,
  category: 'aegis',
  version: '1.2.3',
  began: '2027-01-31T09:30:00',
  ended: '2027-01-31T09:30:21',
};
const ajv = new Ajv({ strict: false, allErrors: true });

/** Longer than every limit of the formats, and of signs that grow when they are escaped. */
const LONG = '<@[*_`$|\\'.repeat(5_000);
const cases = {
  ...results,
  long: makeResult({
    conclusion: 'incomplete',
    reason: LONG,
    findings: [makeFinding({ title: LONG, message: LONG, fix: LONG, cwe: null, explanation: null })],
    ledger: [{ path: LONG, hunkId: null, status: 'skipped', cause: 'fault', reason: LONG }],
  }),
  blank: makeResult({ conclusion: 'findings', reason: '', findings: [makeFinding({ title: ' ', message: '', fix: ' ', cwe: null })] }),
};

describe.each(Object.entries(cases))('of the result "%s"', (_, result) => {
  it('the report of GitLab is one by its schema', () => {
    const validate = ajv.compile(gitlabSast);
    const report = JSON.parse(gitlab.render(result, options));
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    const complete = result.conclusion === 'passed' || result.conclusion === 'findings';
    expect(report.scan.status).toBe(complete ? 'success' : 'failure');
    expect(report.scan.messages.some(({ level }: { level: string }) => level !== 'info')).toBe(!complete);
    expect(report.vulnerabilities).toHaveLength(result.findings.filter(({ suppressedBy }) => suppressedBy === null).length);
  });

  it('the diagnostics are such by the schema of reviewdog', () => {
    const validate = ajv.compile(diagnosticResult);
    expect(validate(JSON.parse(rdjson.render(result, options))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('the table has as many cells in each row, and a row for each finding', () => {
    const rows = readCsv(csv.render(result, options));
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows.filter(([kind]) => kind === 'finding')).toHaveLength(result.findings.length);
    const complete = result.conclusion === 'passed' || result.conclusion === 'findings';
    expect(rows.filter(([kind]) => kind === 'incomplete' || kind === 'error')).toHaveLength(complete ? 0 : 1);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
  });
});

/** A reader of RFC 4180: quoted cells, doubled quotes, lines that end in CR LF. */
function readCsv(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true);
  return text
    .slice(0, -2)
    .split('\r\n')
    .map((line) =>
      [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''),
    );
}

it.each([
  { name: 'a formula', text: '=HYPERLINK("https://evil.example")', cell: `'=HYPERLINK("https://evil.example")` },
  { name: 'a formula behind a tab', text: '\t=1+1', cell: "'=1+1" },
  { name: 'a sum', text: '+1', cell: "'+1" },
  { name: 'a difference', text: '-1', cell: "'-1" },
  { name: 'a call', text: '@SUM(1)', cell: "'@SUM(1)" },
  { name: 'a formula behind the separator of another locale', text: 'a;=1+1', cell: "a;'=1+1" },
  { name: 'a full-width sign', text: '\uff1d1', cell: "'\uff1d1" },
  { name: 'a comma, a quote and a line break', text: 'a, "b"\nc', cell: 'a, "b" c' },
])('a cell of the table: $name', ({ text, cell }) => {
  const rows = readCsv(csv.render(makeResult({ findings: [makeFinding({ title: text })] }), options));
  expect(rows[1]?.[rows[0]?.indexOf('title') ?? -1]).toBe(cell);
});

it('a suppressed finding is in the table with who suppressed it, and in neither of the others', () => {
  const result = makeResult({ findings: [makeFinding({ suppressedBy: 'policy', suppressedReason: 'fixtures' })] });
  expect(csv.render(result, options)).toContain(',policy,fixtures,');
  expect(JSON.parse(gitlab.render(result, options)).vulnerabilities).toEqual([]);
  expect(JSON.parse(rdjson.render(result, options)).diagnostics).toEqual([]);
});

it('a finding has the same id in every report of GitLab, another finding another', () => {
  const idOf = (fingerprint: string) =>
    JSON.parse(gitlab.render(makeResult({ findings: [makeFinding({ fingerprint })] }), options)).vulnerabilities[0].id;
  expect(idOf('ab'.repeat(32))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(idOf('ab'.repeat(32))).toBe(idOf('ab'.repeat(32)));
  expect(idOf('ab'.repeat(32))).not.toBe(idOf('cd'.repeat(32)));
});

describe('a checked replacement, for reviewdog,', () => {
  const suggested = (text: string) => {
    const finding = makeFinding({ startLine: 4, endLine: 5, replacement: { startLine: 4, endLine: 5, text } });
    return JSON.parse(rdjson.render(makeResult({ findings: [finding] }), options)).diagnostics[0].suggestions;
  };
  it('takes the place of whole lines', () => {
    expect(suggested('a()\nb()')).toEqual([{ range: { start: { line: 4 }, end: { line: 5 } }, text: 'a()\nb()' }]);
  });
  it('that is empty takes their line ends with it', () => {
    expect(suggested('')).toEqual([{ range: { start: { line: 4, column: 1 }, end: { line: 6, column: 1 } }, text: '' }]);
  });
});
