import { describe, expect, it } from 'vitest';
import { yaml } from './yaml.ts';

const read = (text: string) => yaml.open({}).read(text);

const ANSWER = `findings:
  - title: SQL injection
    cwe: CWE-89
    severity: High
    confidence: 0.9
    start_line: 42
    evidence: "const q = 'SELECT ' + req.params.id"
    message: |
      The id reaches the query.
      It is not escaped.
  - type: XSS
    lines: [57, 58]
    severity: P2
    message: The name is written unescaped.
`;
const claims = [
  {
    title: 'SQL injection',
    cwe: 'CWE-89',
    severity: 'high',
    confidence: 0.9,
    startLine: 42,
    message: 'The id reaches the query.\nIt is not escaped.',
  },
  { title: 'XSS', cwe: null, severity: 'medium', confidence: null, startLine: 57, endLine: 58 },
];

describe('yaml', () => {
  it.each([
    { name: 'the plain form', text: ANSWER },
    { name: 'a fence amid prose', text: `Here is what I found:\n\n\`\`\`yaml\n${ANSWER}\`\`\`\nTell me more.` },
    { name: 'a fence without a name that is never closed', text: `Result:\n\`\`\`\n${ANSWER}` },
    { name: 'prose before and no fence', text: `I looked at the change.\nIt has two faults.\n\n${ANSWER}` },
    { name: 'an answer behind thoughts', text: `<think>\nfindings: []\n</think>\n${ANSWER}` },
    { name: 'a code block before the answer', text: `\`\`\`js\nconst a = 1;\n\`\`\`\n\`\`\`yml\n${ANSWER}\`\`\`` },
    { name: 'a byte-order mark', text: `\ufeff${ANSWER}` },
    { name: 'a bare list', text: ANSWER.replace('findings:\n', '') },
    { name: 'a document mark', text: `---\n${ANSWER}` },
    { name: 'a wrapper', text: `result:\n${ANSWER.replace(/^/gm, '  ')}` },
  ])('reads $name', ({ text }) => expect(read(text)).toMatchObject({ kind: 'parsed', cut: false, claims }));

  it.each(['findings: []', 'findings:\n', 'findings: none', '```yaml\nfindings: []\n```', 'vulnerable: false', '[]'])(
    'takes %j for "no findings"',
    (text) => expect(read(text)).toEqual({ kind: 'parsed', claims: [], cut: false }),
  );

  it.each([
    { name: 'in a string of the second', text: `${ANSWER.slice(0, ANSWER.indexOf('XSS'))}"XSS` },
    { name: 'in a list of the second', text: ANSWER.slice(0, ANSWER.indexOf(', 58')) },
  ])('keeps the finding that was complete when cut $name', ({ text }) =>
    expect(read(text)).toMatchObject({ kind: 'parsed', cut: true, claims: [{ title: 'SQL injection' }] }),
  );

  it('leaves a damaged finding out and keeps the others', () => {
    const damaged = 'findings:\n- title: First one\n  line: 1\n- title: "a" b\n  line: 2\n- title: Third one\n  line: 3\n';
    const result = read(damaged);
    expect(result).toMatchObject({ kind: 'parsed', cut: true });
    expect(result.kind === 'parsed' && result.claims.map(({ title }) => title)).toContain('First one');
  });

  it('resolves a few aliases, and refuses a text that is made of them', () => {
    expect(read('shared: &m {message: Weak hash, severity: low}\nfindings:\n- *m\n')).toMatchObject({
      claims: [{ message: 'Weak hash', severity: 'low' }],
    });
    const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`).join('\n');
    expect(read(`l0: &l0 {title: lol, line: 1}\n${levels}\nfindings: *l9\n`).kind).toBe('unreadable');
  });

  it.each([
    { name: 'an empty text', text: ' \n', reason: /empty/ },
    { name: 'prose', text: 'No issues found.', reason: /no YAML/ },
    { name: 'prose with a colon', text: 'Verdict: the code is fine', reason: /no YAML/ },
    { name: 'a list of words', text: '- one\n- two\n', reason: /no YAML/ },
    { name: 'nothing but thoughts', text: '<think>findings: []</think>', reason: /reasoning/ },
    { name: 'a list of prose', text: 'findings:\n- {}\n- 7\n', reason: /names a weakness/ },
    { name: 'XML', text: '<findings/>', reason: /no YAML/ },
  ])('does not take $name for "no findings"', ({ text, reason }) =>
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );

  it('does not mind keys that are maps, however deep', () => {
    expect(read('{'.repeat(700)).kind).toBe('unreadable');
    expect(read('? {a: b}\n: c\nfindings: []\n')).toEqual({ kind: 'parsed', claims: [], cut: false });
  });
});
