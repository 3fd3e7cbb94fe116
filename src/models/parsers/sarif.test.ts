import { describe, expect, it } from 'vitest';
import { sarif } from './sarif.ts';

const read = (log: unknown) => sarif.open({}).read(typeof log === 'string' ? log : JSON.stringify(log));
const place = (uri: string, region: object = { startLine: 3 }) => ({ physicalLocation: { artifactLocation: { uri }, region } });
const result = (more: object = {}) => ({ ruleId: 'R1', message: { text: 'Said.' }, locations: [place('a.c')], ...more });
const run = (results: unknown, more: object = {}) => ({ tool: { driver: { name: 'tool' } }, results, ...more });
const log = (...runs: object[]) => ({ version: '2.1.0', runs });
const rules = (...rules: object[]) => ({ tool: { driver: { name: 'tool', rules } } });
const claimsOf = (value: unknown) => {
  const parsed = read(value);
  return parsed.kind === 'parsed' ? parsed.claims : [];
};
const first = (value: unknown) => claimsOf(value)[0];

describe('sarif', () => {
  it('reads what flawfinder prints', () => {
    const rule = {
      id: 'FF1001',
      name: 'buffer/strcpy',
      shortDescription: { text: 'Does not check for buffer overflows when copying to destination (CWE-120).' },
      defaultConfiguration: { level: 'error' },
      helpUri: 'https://cwe.mitre.org/data/definitions/120.html',
      relationships: [{ target: { id: 'CWE-120', toolComponent: { name: 'CWE', guid: '1' } }, kinds: ['relevant'] }],
    };
    const found = {
      ruleId: 'FF1001',
      level: 'error',
      message: { text: 'buffer/strcpy:Does not check for buffer overflows (CWE-120).' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: './src/a.c', uriBaseId: 'SRCROOT' },
            region: { startLine: 5, startColumn: 3, endColumn: 22, snippet: { text: '  strcpy(a, argv[1]);' } },
          },
        },
      ],
      fingerprints: { contextHash: 'x' },
      rank: 0.8,
    };
    expect(read(log(run([found], rules(rule))))).toEqual({
      kind: 'parsed',
      cut: false,
      claims: [
        {
          title: 'Does not check for buffer overflows when copying to destination (CWE-120).',
          cwe: 'CWE-120',
          severity: 'high',
          confidence: null,
          path: 'src/a.c',
          startLine: 5,
          endLine: 5,
          evidence: '  strcpy(a, argv[1]);',
          message: 'buffer/strcpy:Does not check for buffer overflows (CWE-120).',
          fix: null,
        },
      ],
    });
  });

  it.each([
    {
      name: 'a score before the level',
      result: { level: 'note' },
      rule: { properties: { 'security-severity': '9.1' } },
      severity: 'critical',
    },
    { name: 'a score without a fraction', result: {}, rule: { properties: { 'security-severity': 4 } }, severity: 'medium' },
    {
      name: "the tool's word before the level",
      result: { level: 'note', properties: { issue_severity: 'LOW' } },
      rule: {},
      severity: 'low',
    },
    {
      name: "the result's level before the rule's",
      result: { level: 'error' },
      rule: { defaultConfiguration: { level: 'note' } },
      severity: 'high',
    },
    { name: "the rule's level", result: {}, rule: { defaultConfiguration: { level: 'note' } }, severity: 'info' },
    { name: 'the rank where there is no level', result: { rank: 95 }, rule: {}, severity: 'critical' },
    { name: 'no rank', result: { rank: -1 }, rule: {}, severity: 'medium' },
    { name: 'nothing, which SARIF calls a warning', result: {}, rule: {}, severity: 'medium' },
  ])('rates by $name', ({ result: more, rule, severity }) =>
    expect(first(log(run([result(more)], rules({ id: 'R1', ...rule }))))?.severity).toBe(severity),
  );

  it.each([
    { name: 'tags of CodeQL', rule: { properties: { tags: ['security', 'external/cwe/cwe-089'] } }, result: {} },
    {
      name: 'tags of semgrep',
      rule: { properties: { tags: ["CWE-89: Improper Neutralization ('SQL Injection')", 'OWASP-A03:2021'] } },
      result: {},
    },
    { name: 'a property', rule: { properties: { cwe: ['CWE-89'] } }, result: {} },
    {
      name: 'a taxon of the result',
      rule: { properties: { tags: ['CWE-1'] } },
      result: { taxa: [{ id: '89', toolComponent: { name: 'CWE' } }] },
    },
    { name: 'a taxon by the index of its taxonomy', rule: {}, result: { taxa: [{ id: '89', toolComponent: { index: 0 } }] } },
    { name: 'a relationship of the rule', rule: { relationships: [{ target: { id: '89', toolComponent: { name: 'cwe' } } }] }, result: {} },
    { name: 'the help page', rule: { helpUri: 'https://cwe.mitre.org/data/definitions/89.html' }, result: {} },
    { name: 'the message', rule: {}, result: { message: { text: 'Joined query (CWE-89).' } } },
  ])('takes the weakness from $name', ({ rule, result: more }) =>
    expect(first(log(run([result(more)], { ...rules({ id: 'R1', ...rule }), taxonomies: [{ name: 'CWE' }] })))?.cwe).toBe('CWE-89'),
  );

  it('names no weakness where none is named', () =>
    expect(first(log(run([result({ taxa: [{ id: '7', toolComponent: { name: 'OWASP' } }] })])))?.cwe).toBeNull());

  it.each([
    { name: 'percent-encoding', uri: 'src/a%20b%C3%A9.c', path: 'src/a bé.c' },
    { name: 'a percent sign that encodes nothing', uri: 'src/100%.c', path: 'src/100%.c' },
    { name: 'a dot before it', uri: './src/a.c', path: 'src/a.c' },
    { name: 'backslashes', uri: 'src\\a.c', path: 'src/a.c' },
    { name: 'a file address below the checkout', uri: 'file:///build/tree/src/a.c', path: 'src/a.c' },
    { name: 'a file address with a host', uri: 'file://localhost/build/tree/src/a.c', path: 'src/a.c' },
    { name: 'a plain absolute path', uri: '/build/tree/src/a.c', path: 'src/a.c' },
    { name: 'a file address elsewhere', uri: 'file:///etc/a.c', path: '/etc/a.c' },
    { name: 'a drive', uri: 'file:///C:/tree/a.c', path: 'C:/tree/a.c' },
    { name: 'a base below the checkout', uri: 'a.c', base: 'LIB', path: 'lib/a.c' },
    { name: 'the checkout as its base', uri: 'src/a.c', base: 'ROOT', path: 'src/a.c' },
    { name: 'a base that nobody knows', uri: 'src/a.c', base: '%SRCROOT%', path: 'src/a.c' },
    { name: 'bases in a circle', uri: 'a.c', base: 'A', path: expect.stringMatching(/^(b\/)+a\.c$/) },
    { name: 'a base called like a member of every object', uri: 'a.c', base: 'constructor', path: 'a.c' },
  ])('understands $name', ({ uri, base, path }) => {
    const originalUriBaseIds = {
      ROOT: { uri: 'file:///build/tree/' },
      LIB: { uri: 'lib/', uriBaseId: 'ROOT' },
      A: { uri: 'b/', uriBaseId: 'A' },
    };
    const artifactLocation = base === undefined ? { uri } : { uri, uriBaseId: base };
    const found = result({ locations: [{ physicalLocation: { artifactLocation, region: { startLine: 1 } } }] });
    expect(first(log(run([found], { originalUriBaseIds })))?.path).toEqual(path);
  });

  it('finds an artifact by its index, and a claim without a place means the change', () => {
    const artifacts = [{ location: { uri: 'x.c' } }, { location: { uri: 'y.c' } }];
    const byIndex = result({ locations: [{ physicalLocation: { artifactLocation: { index: 1 } } }] });
    expect(claimsOf(log(run([byIndex, result({ locations: [] })], { artifacts })))).toMatchObject([
      { path: 'y.c', startLine: null },
      { path: null, startLine: null },
    ]);
  });

  it.each([
    { name: 'arguments', message: { text: 'Use of {0} in {{1}} by {7}', arguments: ['strcpy'] }, words: 'Use of strcpy in {1} by {7}' },
    { name: 'a string of the rule', message: { id: 'default', arguments: ['x'] }, words: 'Rule says x.' },
    { name: 'a string of the tool', message: { id: 'shared' }, words: 'Tool says.' },
    { name: 'Markdown where there is no text', message: { markdown: '**Bad**' }, words: '**Bad**' },
    { name: 'links within the log', message: { text: 'Flows from [here](1) to \\[x\\].' }, words: 'Flows from here to [x].' },
    { name: 'nothing but a rule', message: {}, words: 'In full.' },
    { name: 'a message of a wrong type', message: 7, words: 'In full.' },
  ])('reads $name', ({ message, words }) => {
    const rule = { id: 'R1', messageStrings: { default: { text: 'Rule says {0}.' } }, fullDescription: { text: 'In full.' } };
    const driver = { name: 'tool', rules: [rule], globalMessageStrings: { shared: { text: 'Tool says.' } } };
    expect(first(log(run([result({ message })], { tool: { driver } })))?.message).toBe(words);
  });

  it('finds the rule by id, by index, by the first part of its id, and in an extension', () => {
    const driver = {
      name: 'd',
      rules: [
        { id: 'R1', name: 'One' },
        { id: 'R2', name: 'Two' },
      ],
    };
    const tool = { driver, extensions: [{ name: 'e', rules: [{ id: 'E1', name: 'Three' }] }] };
    const results = [
      result(),
      result({ ruleId: undefined, ruleIndex: 1 }),
      result({ ruleId: 'R2/case' }),
      result({ ruleId: undefined, rule: { index: 0, toolComponent: { index: 0 } } }),
      result({ ruleId: 'E1' }),
      result({ ruleId: 'unheard-of' }),
    ];
    expect(claimsOf(log(run(results, { tool }))).map(({ title }) => title)).toEqual(['One', 'Two', 'Two', 'Three', 'Three', 'unheard-of']);
  });

  it('leaves out what passed, what is suppressed and what is gone', () => {
    const results = [
      result({ kind: 'pass' }),
      result({ kind: 'notApplicable' }),
      result({ suppressions: [{ kind: 'inSource' }] }),
      result({ suppressions: [{ kind: 'external', status: 'accepted' }] }),
      result({ baselineState: 'absent' }),
      result({ message: { text: 'Kept: the suppression was rejected.' }, suppressions: [{ kind: 'external', status: 'rejected' }] }),
      result({ message: { text: 'Kept: open.' }, kind: 'open' }),
    ];
    expect(claimsOf(log(run(results))).map(({ message }) => message)).toEqual(['Kept: the suppression was rejected.', 'Kept: open.']);
  });

  it('takes confidence, fix and range where the tool gives them', () =>
    expect(
      first(
        log(
          run([
            result({
              properties: { issue_confidence: 'HIGH' },
              fixes: [{ description: { text: 'Use strlcpy.' } }],
              locations: [place('a.c', { startLine: 3, endLine: 9 })],
            }),
          ]),
        ),
      ),
    ).toMatchObject({ confidence: 0.9, fix: 'Use strlcpy.', startLine: 3, endLine: 9 }));

  it.each([
    { name: 'a run that failed', log: log(run([result()], { invocations: [{ executionSuccessful: false }] })), claims: 1 },
    {
      name: 'an error of the tool',
      log: log(run([], { invocations: [{ executionSuccessful: true, toolExecutionNotifications: [{ level: 'error' }] }] })),
      claims: 0,
    },
    { name: 'one run that did not scan beside one that did', log: log(run([result()]), run(null)), claims: 1 },
    {
      name: 'results kept in another file',
      log: log(run([], { externalPropertyFileReferences: { results: [{ location: {} }] } })),
      claims: 0,
    },
    { name: 'a result that says nothing', log: log(run([result(), { locations: [] }])), claims: 1 },
    { name: 'a cut tail', log: JSON.stringify(log(run([result(), result()]))).slice(0, -60), claims: 1 },
  ])('is cut by $name', ({ log, claims }) => expect(read(log)).toMatchObject({ kind: 'parsed', cut: true, claims: { length: claims } }));

  it.each([
    { name: 'several runs', log: log(run([result()]), run([result(), result()])), claims: 3 },
    { name: 'no results', log: log(run([])), claims: 0 },
    { name: 'a byte-order mark', log: `\ufeff${JSON.stringify(log(run([result()])))}`, claims: 1 },
    { name: 'lines of a log before it', log: `scanning [1/2]\n${JSON.stringify(log(run([result()])))}\n`, claims: 1 },
    {
      name: 'a warning of the tool',
      log: log(run([], { invocations: [{ executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning' }] }] })),
      claims: 0,
    },
  ])('reads $name in full', ({ log, claims }) =>
    expect(read(log)).toMatchObject({ kind: 'parsed', cut: false, claims: { length: claims } }),
  );

  it.each([
    { name: 'an empty text', text: '', reason: /empty/ },
    { name: 'an error message', text: 'tool: command failed', reason: /no JSON/ },
    { name: 'other JSON', text: '{"findings":[]}', reason: /not a SARIF log/ },
    { name: 'a log without runs', text: '{"version":"2.1.0","runs":[]}', reason: /did not scan/ },
    { name: 'a run that did not scan', text: JSON.stringify(log(run(null))), reason: /did not scan/ },
    { name: 'results without words', text: JSON.stringify(log(run([{}, 7]))), reason: /none of the results/ },
  ])('does not take $name for "no findings"', ({ text, reason }) =>
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );
});
