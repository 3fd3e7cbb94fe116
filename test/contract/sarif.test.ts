import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { renderSarif } from '#report/sarif/render-sarif.ts';
import { makeFinding, makeResult, results } from '../fixtures/scan-results.ts';

const { $schema: _, id: __, ...schema } = sarifSchema;
// The schema is of draft 4 and its patterns are no Unicode ones.
const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false, allErrors: true }).compile(schema);

const render = (result: (typeof results)[keyof typeof results]) => JSON.parse(renderSarif(result, { category: 'aegis', version: '1.2.3' }));
const runOf = (findings: Finding[]) => render(makeResult({ conclusion: 'findings', findings })).runs[0];

describe('SARIF 2.1.0', () => {
  it.each(Object.entries(results))('%s: satisfies the schema', (_name, result) => {
    expect(validate(render(result)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('the schema is really asked: a planted fault is refused', () => {
    const log = render(results.findings);
    log.runs[0].results[0].level = 'fatal';
    expect(validate(log)).toBe(false);
  });
});

describe('what GitHub reads', () => {
  it.each([
    { severity: 'critical', level: 'error', score: [9, 10] },
    { severity: 'high', level: 'error', score: [7, 8.9] },
    { severity: 'medium', level: 'warning', score: [4, 6.9] },
    { severity: 'low', level: 'note', score: [0.1, 3.9] },
    { severity: 'info', level: 'note', score: [0.1, 3.9] },
  ] as const)('$severity', ({ severity, level, score: [least, most] }) => {
    const run = runOf([makeFinding({ severity })]);
    const score = Number(run.tool.driver.rules[0].properties['security-severity']);
    expect(run.results[0].level).toBe(level);
    expect(score).toBeGreaterThanOrEqual(least);
    expect(score).toBeLessThanOrEqual(most);
  });

  it('a rule carries the worst severity of its findings, and its CWE as a tag', () => {
    const run = runOf([makeFinding({ severity: 'low' }), makeFinding({ severity: 'high', startLine: 9 })]);
    expect(run.tool.driver.rules).toHaveLength(1);
    expect(run.tool.driver.rules[0]).toMatchObject({
      id: 'CWE-89',
      properties: { tags: ['security', 'external/cwe/cwe-089'], 'security-severity': '8.0' },
    });
  });

  it('both fingerprints; equal lines are told apart, and a line number plays no part', () => {
    const hashes = (...lines: number[]) =>
      runOf(lines.map((startLine) => makeFinding({ startLine }))).results.map(
        (result: { partialFingerprints: Record<string, string> }) => result.partialFingerprints['primaryLocationLineHash'],
      );
    const [first, second] = hashes(42, 50);
    expect(first).toMatch(/^[0-9a-f]{16}:1$/);
    expect(second).toBe(first.replace(':1', ':2'));
    expect(hashes(43)).toEqual([first]);
    expect(runOf([makeFinding()]).results[0].partialFingerprints['aegis/v1']).toBe(makeFinding().fingerprint);
  });

  it('paths are percent-encoded and relative to the root', () => {
    const run = runOf([makeFinding({ path: 'src/a b/ä#?.js' })]);
    expect(run.results[0].locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'src/a%20b/%C3%A4%23%3F.js',
      uriBaseId: '%SRCROOT%',
    });
  });

  it('a category ends in a slash, or GitHub takes it for a run', () => {
    expect(runOf([]).automationDetails.id).toBe('aegis/');
  });

  it('a suppressed finding is a suppressed result', () => {
    const [result] = runOf([makeFinding({ suppressedBy: 'policy', suppressedReason: 'fixtures' })]).results;
    expect(result.suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: 'policy: fixtures' }]);
  });

  it('a finding without a CWE has a rule, too', () => {
    const run = runOf([makeFinding({ cwe: null })]);
    expect(run.results[0]).toMatchObject({ ruleId: 'unclassified', ruleIndex: 0 });
    expect(run.tool.driver.rules[0].properties.tags).toEqual(['security']);
  });

  it('an incomplete review did not execute successfully, and says what is missing', () => {
    const [invocation] = render(results.incomplete).runs[0].invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications.map(({ level }: { level: string }) => level)).toEqual(['error', 'warning', 'warning']);
    expect(render(results.passed).runs[0].invocations[0].executionSuccessful).toBe(true);
  });

  it('at most 25,000 results, the worst, and it says how many are missing', () => {
    const findings = Array.from({ length: 25_002 }, (_unused, index) => makeFinding({ startLine: index + 1 }));
    const run = runOf(findings);
    expect(run.results).toHaveLength(25_000);
    expect(JSON.stringify(run.invocations)).toContain('2 milder findings are left out');
  });

  it('brackets in a message are text, not links', () => {
    expect(runOf([makeFinding({ title: 'Bad', message: 'see [this](1)' })]).results[0].message.text).toContain('see \\[this\\](1)');
  });
});
