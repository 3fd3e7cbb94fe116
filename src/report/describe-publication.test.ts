import { describe, expect, it } from 'vitest';
import type { Conclusion } from '#model/scan-result.ts';
import type { Severity } from '#model/severity.ts';
import { makeFinding, makeResult, results } from '../../test/fixtures/scan-results.ts';
import { describePublication, type PublicationOptions } from './describe-publication.ts';

const options: PublicationOptions = {
  scanId: '01JD7Q',
  version: '1.2.3',
  pull: { owner: 'octo', repo: 'shop', number: 7, headSha: 'a'.repeat(40) },
  failRule: { severity: 'high', paths: [] },
  requestChanges: false,
  check: { enabled: true, name: 'Aegis', onIncomplete: 'fail' },
  sarif: { enabled: 'auto', category: 'aegis' },
  maxComments: 20,
  summary: true,
  suggestions: true,
};

describe('the conclusion of the check', () => {
  const medium = [makeFinding({ severity: 'medium' })];
  const high = [makeFinding({ severity: 'high' })];
  it.each<{
    name: string;
    conclusion: Conclusion;
    findings?: typeof high;
    failOn?: Severity | 'none';
    onIncomplete?: 'fail' | 'action_required';
    check: string;
  }>([
    { name: 'passed', conclusion: 'passed', check: 'success' },
    { name: 'a finding at the floor', conclusion: 'findings', findings: high, check: 'failure' },
    { name: 'a finding below the floor', conclusion: 'findings', findings: medium, check: 'neutral' },
    { name: 'the floor is off', conclusion: 'findings', findings: high, failOn: 'none', check: 'neutral' },
    { name: 'a suppressed finding', conclusion: 'passed', findings: [makeFinding({ suppressedBy: 'policy' })], check: 'success' },
    { name: 'incomplete', conclusion: 'incomplete', check: 'failure' },
    { name: 'incomplete, asking for action', conclusion: 'incomplete', onIncomplete: 'action_required', check: 'action_required' },
    {
      name: 'incomplete with a grave finding',
      conclusion: 'incomplete',
      findings: high,
      onIncomplete: 'action_required',
      check: 'failure',
    },
    { name: 'incomplete with a mild finding', conclusion: 'incomplete', findings: medium, check: 'failure' },
    { name: 'error', conclusion: 'error', check: 'action_required' },
  ])('$name: $check', ({ conclusion, findings = [], failOn = 'high', onIncomplete = 'fail', check }) => {
    const publication = describePublication(makeResult({ conclusion, findings }), {
      ...options,
      failRule: { severity: failOn, paths: [] },
      check: { ...options.check, onIncomplete },
    });
    expect(publication.check?.conclusion).toBe(check);
  });
});

it.each(['incomplete', 'error'] as const)('%s: no word of it sounds like approval', (name) => {
  const { check, summary } = describePublication(results[name], options);
  expect(`${check?.title} ${check?.summary} ${summary}`).not.toMatch(/passed|nothing found|no findings|looks good|\ball good/i);
});

it.each(['findings', 'lifecycle', 'passed', 'stoodIn', 'empty', 'incomplete', 'error', 'hostile'] as const)(
  '%s: as in the golden file',
  async (name) => {
    const { check, review, summary, closed } = describePublication(results[name], options);
    const comments = (review?.comments ?? []).map(({ path, startLine, line, body }) => `${path} ${startLine}-${line}\n\n${body}`);
    const notes = closed.map(({ because, removed, note }) => `${because}${removed ? ', removed' : ''}: ${note}`);
    const buttons = check?.buttons?.map(({ label }) => `[${label}]`).join(' ') ?? '';
    const parts = [`check: ${check?.conclusion}: ${check?.title} ${buttons}`, summary, review?.body ?? 'no review', ...comments, ...notes];
    const shown = parts.join('\n\n---\n\n');
    await expect(`${shown}\n`).toMatchFileSnapshot(`../../test/golden/reports/publication/${name}.md`);
  },
);

describe('comments', () => {
  const many = makeResult({
    conclusion: 'findings',
    findings: Array.from({ length: 25 }, (_, index) =>
      makeFinding({ fingerprint: String(index), startLine: index + 1, endLine: index + 1 }),
    ),
  });

  it('are capped, worst first; every finding is still an annotation, a result and a row', () => {
    const { check, review, summary, sarif } = describePublication(many, options);
    expect(review?.comments.map(({ fingerprint }) => fingerprint)).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
    expect(review?.body).toContain('The 5 milder ones without a comment are listed in the summary');
    expect(check?.annotations).toHaveLength(25);
    expect(JSON.parse(sarif ?? '').runs[0].results).toHaveLength(25);
    expect(summary?.match(/^\| 🔴/gm)).toHaveLength(25);
  });
  it('end in their marker, the summary in its own', () => {
    const { review, summary } = describePublication(results.hostile, options);
    for (const { body, fingerprint } of review?.comments ?? []) {
      expect(body.endsWith(`<!-- aegis:v1 fingerprint=${fingerprint} -->`)).toBe(true);
      expect(body.match(/<!--/g)).toHaveLength(1);
    }
    expect(summary?.endsWith('<!-- aegis:summary -->')).toBe(true);
    expect(summary?.match(/<!--/g)).toHaveLength(1);
  });
  it('are none for what does not count', () => {
    const { check, review, sarif } = describePublication(
      makeResult({ findings: [makeFinding({ suppressedBy: 'min-severity' })] }),
      options,
    );
    expect(review).toBeNull();
    expect(check?.annotations).toEqual([]);
    expect(JSON.parse(sarif ?? '').runs[0].results).toEqual([]);
  });
});

it('what is switched off is not described', () => {
  const off = {
    ...options,
    check: { ...options.check, enabled: false },
    sarif: { ...options.sarif, enabled: false },
    summary: false,
    maxComments: 0,
  };
  expect(describePublication(results.findings, off)).toEqual({
    ...{ scanId: '01JD7Q', check: null, review: null, summary: null, sarif: null },
    ...{ closed: [], blocks: true },
  });
});

it('a thousand findings fit a comment and a check', () => {
  const findings = Array.from({ length: 1000 }, (_, index) =>
    makeFinding({ startLine: index + 1, title: 'x'.repeat(300), message: 'y'.repeat(100_000) }),
  );
  const { check, review, summary } = describePublication(makeResult({ conclusion: 'findings', findings }), options);
  expect(summary?.length).toBeLessThanOrEqual(60_000);
  expect(check?.summary.length).toBeLessThanOrEqual(60_000);
  for (const { body } of review?.comments ?? []) expect(body.length).toBeLessThanOrEqual(60_000);
  for (const { title } of check?.annotations ?? []) expect(title.length).toBeLessThanOrEqual(255);
});

it('notes are shown', () => {
  const { summary } = describePublication(makeResult(), { ...options, notes: ['This change edits .aegis.yml.'] });
  expect(summary).toContain('> This change edits .aegis.yml.');
});

it('links point at the lines of the head, whatever the path', () => {
  const { summary } = describePublication(
    makeResult({ conclusion: 'findings', findings: [makeFinding({ path: 'a b/(c).js', endLine: 44 })] }),
    { ...options, webUrl: 'https://ghe.example' },
  );
  expect(summary).toContain(`](https://ghe.example/octo/shop/blob/${'a'.repeat(40)}/a%20b/%28c%29.js#L42-L44)`);
});

describe('a checked replacement in a comment', () => {
  const commentOf = (text: string, over: { suggestions?: boolean } = {}) => {
    const finding = makeFinding({ replacement: { startLine: 42, endLine: 42, text } });
    const described = describePublication(makeResult({ conclusion: 'findings', findings: [finding] }), { ...options, ...over });
    return described.review?.comments[0]?.body ?? '';
  };

  it('is a suggestion, sign by sign, for exactly the lines of the comment', () => {
    expect(commentOf("  find('<b>', [@name]) // **#1**")).toContain("\n```suggestion\n  find('<b>', [@name]) // **#1**\n```\n");
  });

  it('that holds a fence is fenced by a longer one', () => {
    expect(commentOf('const md = "```suggestion"')).toContain('\n````suggestion\nconst md = "```suggestion"\n````\n');
  });

  it('that is empty suggests to remove the lines', () => {
    expect(commentOf('')).toContain('\n```suggestion\n```\n');
  });

  it('is not offered where a repository does not want suggestions', () => {
    expect(commentOf('find(name)', { suggestions: false })).not.toContain('find(name)');
  });
});
