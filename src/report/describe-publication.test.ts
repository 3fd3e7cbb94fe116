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

describe('on a later push', () => {
  const many = (state: 'persisting' | 'reopened') =>
    makeResult({
      conclusion: 'findings',
      findings: Array.from({ length: 25 }, (_, index) =>
        makeFinding({ fingerprint: String(index), startLine: index + 1, endLine: index + 1, state: index === 24 ? state : 'persisting' }),
      ),
      since: { headSha: 'b'.repeat(40), fixed: [], unknown: [], carriedHunks: 0 },
    });
  it('what is back has its comment, however mild it is; beyond the cap only where its thread was closed', () => {
    const fingerprints = (result: ReturnType<typeof many>) =>
      describePublication(result, options).review?.comments.map(({ fingerprint }) => fingerprint) ?? [];
    expect(fingerprints(many('persisting'))).not.toContain('24');
    expect(fingerprints(many('reopened'))).toEqual([...Array.from({ length: 20 }, (_, index) => String(index)), '24']);
    const flags = describePublication(many('reopened'), options).review?.comments.map(({ restoreOnly }) => restoreOnly);
    expect(flags).toEqual([...Array.from({ length: 20 }, () => undefined), true]);
  });
  it('hundreds that were fixed and are back make no more new comments than the cap', () => {
    const findings = Array.from({ length: 500 }, (_, index) => makeFinding({ fingerprint: String(index), state: 'reopened' }));
    const { review, summary } = describePublication(makeResult({ conclusion: 'findings', findings }), options);
    expect(review?.comments).toHaveLength(500);
    expect(review?.comments.filter(({ restoreOnly }) => restoreOnly !== true)).toHaveLength(20);
    expect(review?.body).toContain('The 480 milder ones without a comment are listed in the summary');
    expect(summary).toContain('**Without a comment of their own:** 480 findings, over `review.max_comments`.');
  });
  it('the summary tells which findings have no comment', () => {
    const { summary } = describePublication(many('reopened'), options);
    expect(summary).toContain('**Without a comment of their own:** 5 findings, over `review.max_comments`.');
  });
  it('threads are closed of what is fixed and of what was dismissed, and of nothing else', () => {
    const { closed } = describePublication(results.lifecycle, options);
    expect(closed).toEqual([
      { fingerprint: '22aa'.repeat(16), because: 'fixed', removed: false, note: 'Fixed in `aaaaaaa`: its line was changed.' },
      { fingerprint: '33bb'.repeat(16), because: 'fixed', removed: true, note: 'Fixed in `aaaaaaa`: its code left the change.' },
      {
        ...{ fingerprint: 'd1d1'.repeat(16), because: 'dismissed', removed: false },
        note: 'Dismissed by @&#8203;octocat: a fixture, the key is revoked',
      },
    ]);
  });
});

describe('a request for changes', () => {
  it.each([
    { name: 'is made where a finding blocks', findings: results.findings.findings, requestChanges: true, event: 'REQUEST_CHANGES' },
    { name: 'is not made where none does', findings: [makeFinding({ severity: 'medium' })], requestChanges: true, event: 'COMMENT' },
    { name: 'is not made where nobody wants it', findings: results.findings.findings, requestChanges: false, event: 'COMMENT' },
  ])('$name', ({ findings, requestChanges, event }) => {
    const described = describePublication(makeResult({ conclusion: 'findings', findings }), { ...options, requestChanges });
    expect(described.review?.event).toBe(event);
  });
  it('is made without comments where a repository wants none', () => {
    const { review } = describePublication(results.findings, { ...options, requestChanges: true, maxComments: 0 });
    expect(review).toMatchObject({ event: 'REQUEST_CHANGES', comments: [] });
  });
  it.each([
    { conclusion: 'passed', blocks: false },
    { conclusion: 'incomplete', blocks: true },
    { conclusion: 'error', blocks: true },
  ] as const)('holds after a review that ended as $conclusion: $blocks', ({ conclusion, blocks }) => {
    expect(describePublication(makeResult({ conclusion }), options).blocks).toBe(blocks);
  });
});

it('floors of paths decide over the check and are told as such', () => {
  const failRule = { severity: 'critical', paths: [{ paths: ['src/app.js'], severity: 'none' }] } as const;
  const { check, summary } = describePublication(results.findings, { ...options, failRule });
  expect(check?.conclusion).toBe('neutral');
  expect(summary).toContain('all below the `fail_on` of their paths');
});

it('a merge group has its check and no conversation', () => {
  const { check, review, summary, closed } = describePublication(results.lifecycle, { ...options, pull: { ...options.pull, number: 0 } });
  expect(check).toMatchObject({ conclusion: 'failure', buttons: [] });
  expect([review, summary, closed]).toEqual([null, null, []]);
  expect(check?.summary).not.toContain('/aegis');
});

it('where nobody answers commands, none is offered', () => {
  const { check, review, summary } = describePublication(results.lifecycle, { ...options, rerun: 'run this workflow again' });
  expect(check?.buttons).toEqual([]);
  expect(`${summary}${review?.comments.map(({ body }) => body)}`).not.toContain('/aegis ');
});

describe('ten thousand findings on three thousand files', () => {
  /** `sign` fills every text that a stranger can write. */
  const publish = (sign: string, conclusion: 'findings' | 'incomplete') => {
    const words = (length: number) => sign.repeat(Math.ceil(length / sign.length));
    const path = `src/${'folder/'.repeat(20)}`;
    const states = ['new', 'persisting', 'reopened'] as const;
    const findings = Array.from({ length: 10_000 }, (_, index) =>
      makeFinding({
        ...{ fingerprint: String(index), title: words(300), path: `${path}${index % 3000}.js`, startLine: index + 1, endLine: index + 2 },
        state: states[index % 100] ?? 'new',
        ...(index >= 9_000 && { suppressedBy: 'dismissed' as const, suppressedReason: `@octocat: ${words(1_000)}` }),
      }),
    );
    const gone = Array.from({ length: 500 }, (_, index) => ({
      ...{ id: 'x', fingerprint: `g${index}`, cwe: null, title: words(300), severity: 'low' as const, path },
      ...{ startLine: 1, endLine: 1, evidence: '', state: 'open' as const, because: words(300) },
    }));
    const result = makeResult({
      ...{ conclusion, reason: words(2_000), findings },
      since: { headSha: 'b'.repeat(40), fixed: gone, unknown: gone, carriedHunks: 3 },
      ignores: Array.from({ length: 300 }, (_, index) => ({
        ...{ path, line: index, cwes: ['CWE-1'], reason: words(500), findings: 0, added: index % 2 === 0, obeyed: index % 3 === 0 },
      })),
      ledger: Array.from({ length: 3_000 }, (_, index) => ({
        ...{ path: `${path}${index}`, hunkId: String(index), status: 'partial' as const, cause: null, reason: words(400) },
      })),
    });
    const notes = Array.from({ length: 100 }, () => words(500));
    return describePublication(result, { ...options, sarif: { enabled: false, category: '' }, maxComments: 5, notes });
  };

  it.each([
    { sign: 'plain words ', conclusion: 'findings' },
    { sign: 'plain words ', conclusion: 'incomplete' },
    { sign: '<x>', conclusion: 'findings' },
    { sign: '`|@a', conclusion: 'incomplete' },
  ] as const)('fit a comment, which says how many it leaves out and where they are ($sign, $conclusion)', ({ sign, conclusion }) => {
    const { summary, check, review } = publish(sign, conclusion);
    for (const body of [summary ?? '', check?.summary ?? '', ...(review?.comments ?? []).map((comment) => comment.body)]) {
      expect(body.length).toBeLessThanOrEqual(60_000);
    }
    expect(summary).toMatch(
      /… and \*\*\d+ more\*\* that this text is too short for: \d+ critical\. Each of them is an annotation of the check\./,
    );
    expect(check?.annotations).toHaveLength(9_000);
    // Only texts of nothing but signs that must be escaped are cut from behind.
    if (sign === 'plain words ') expect(summary).not.toContain('Cut here');
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
