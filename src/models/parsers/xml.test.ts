import { describe, expect, it } from 'vitest';
import { xml } from './xml.ts';

const read = (text: string, config: Record<string, unknown> = {}) => xml.open(xml.config.parse(config)).read(text);
const claimsOf = (text: string, config: Record<string, unknown> = {}) => {
  const result = read(text, config);
  return result.kind === 'parsed' ? result.claims : result;
};

const error = (more = '') =>
  `<error id="nullPointer" severity="error" msg="Null pointer dereference: p" verbose="Null pointer dereference: p &amp; &lt;q&gt; &#39;x&#x27;" cwe="476"${more}>
    <location file="src/a.c" line="3" column="5" info="Null pointer dereference"/><location file="src/a.c" line="2"/><symbol>p</symbol></error>`;
const cppcheck = (...errors: string[]) =>
  `Checking src/a.c ...\n<?xml version="1.0" encoding="UTF-8"?>\n<results version="2">\n  <cppcheck version="2.10"/>\n  <errors>\n${errors.join('\n')}\n  </errors>\n</results>\n`;

describe('xml', () => {
  it('reads what cppcheck prints', () =>
    expect(read(cppcheck(error()))).toEqual({
      kind: 'parsed',
      cut: false,
      claims: [
        {
          title: 'nullPointer',
          cwe: 'CWE-476',
          severity: 'high',
          confidence: null,
          path: 'src/a.c',
          startLine: 3,
          endLine: 3,
          evidence: null,
          message: "Null pointer dereference: p & <q> 'x'",
          fix: null,
        },
      ],
    }));

  it('leaves out what cppcheck says of itself, and is cut where it could not read code', () => {
    const note = '<error id="missingIncludeSystem" severity="information" msg="Include file not found"/>';
    const fault = '<error id="syntaxError" severity="error" msg="syntax error"><location file="b.c" line="1"/></error>';
    expect(read(cppcheck(note))).toEqual({ kind: 'parsed', cut: false, claims: [] });
    expect(read(cppcheck(error(), fault))).toMatchObject({ cut: true, claims: [{ title: 'nullPointer' }] });
    expect(claimsOf(cppcheck('<error id="passedByValue" severity="performance" msg="By value" verbose="By value"/>'))).toMatchObject([
      { severity: 'info' },
    ]);
  });

  it("reads Checkstyle's form: the file stands on the parent", () => {
    const report = `<?xml version="1.0"?><checkstyle version="4.3"><file name="src/a.js"><error line="7" column="1" severity="warning" message="Unsafe &quot;eval&quot; (CWE-95)" source="eslint.rules.security/detect-eval"/></file><file name="b.js"/></checkstyle>`;
    expect(read(report)).toMatchObject({
      cut: false,
      claims: [
        {
          path: 'src/a.js',
          startLine: 7,
          severity: 'medium',
          cwe: 'CWE-95',
          title: 'eslint.rules.security/detect-eval',
          message: 'Unsafe "eval" (CWE-95)',
        },
      ],
    });
    expect(read('<checkstyle><file name="a.js"><exception>boom</exception></file></checkstyle>')).toMatchObject({ cut: true, claims: [] });
  });

  it('reads other reports by a map', () => {
    const config = {
      root: 'BugCollection',
      item: 'BugInstance',
      fields: {
        title: '@type',
        severity: '@priority',
        message: ['LongMessage', 'ShortMessage'],
        path: 'SourceLine@sourcepath',
        line: 'SourceLine@start',
        endLine: 'SourceLine@end',
        cwe: '@cweid',
      },
      severities: { '1': 'critical' },
      severity: 'low',
    };
    const report =
      '<BugCollection><BugInstance type="SQL" priority="1" cweid="89"><ShortMessage>Short</ShortMessage><LongMessage><![CDATA[Joined &amp; <b>]]></LongMessage><SourceLine sourcepath="A.java" start="3" end="5"/></BugInstance><BugInstance type="X" priority="odd"><ShortMessage>Short</ShortMessage></BugInstance></BugCollection>';
    expect(claimsOf(report, config)).toMatchObject([
      { title: 'SQL', severity: 'critical', cwe: 'CWE-89', path: 'A.java', startLine: 3, endLine: 5, message: 'Joined &amp; <b>' },
      { title: 'X', severity: 'low', path: null, message: 'Short' },
    ]);
    expect(read('<html><body>502</body></html>', config)).toMatchObject({ kind: 'unreadable' });
    expect(read('<BugCollection/>', config)).toEqual({ kind: 'parsed', claims: [], cut: false });
  });

  it.each([
    {
      name: 'a list in prose',
      text: 'Here:\n```xml\n<findings>\n<finding><title>SQL injection</title><line>3</line><severity>High</severity></finding></findings>\n```\nDone.',
      claims: [{ title: 'SQL injection', startLine: 3, severity: 'high' }],
    },
    {
      name: 'attributes',
      text: '<issues><issue file="a.js" line="3-4" cwe="79">Unescaped name.</issue></issues>',
      claims: [{ path: 'a.js', startLine: 3, endLine: 4, cwe: 'CWE-79', message: 'Unescaped name.' }],
    },
    {
      name: 'a place within',
      text: '<vulnerabilities><vulnerability><type>XSS</type><location><file>a.js</file><line>9</line></location></vulnerability></vulnerabilities>',
      claims: [{ title: 'XSS', path: 'a.js', startLine: 9 }],
    },
    {
      name: 'findings one after the other',
      text: '<finding><title>A b</title><line>1</line></finding>\n<finding><title>C d</title><line>2</line></finding>',
      claims: [{ title: 'A b' }, { title: 'C d' }],
    },
    {
      name: 'the answer and not the thoughts',
      text: '<think><findings><finding><title>Draft</title><line>1</line></finding></findings></think><findings></findings>',
      claims: [],
    },
    { name: 'an empty list', text: '<findings/>', claims: [] },
    { name: 'a word for none', text: '<findings>No issues found</findings>', claims: [] },
    {
      name: 'a list called results',
      text: '<results><result><title>A b</title><line>1</line></result></results>',
      claims: [{ title: 'A b' }],
    },
  ])('reads $name as a model writes it', ({ text, claims }) => expect(read(text)).toMatchObject({ kind: 'parsed', cut: false, claims }));

  it.each([
    { name: 'within the second finding', text: cppcheck(error(), error()).slice(0, -90), claims: 1 },
    { name: 'behind a finding', text: cppcheck(error()).replace(/\s*<\/errors>[\s\S]*/, ''), claims: 1 },
    { name: 'within the first finding', text: `<results version="2"><cppcheck version="2"/><errors>${error().slice(0, 120)}`, claims: 0 },
    { name: 'within a second report', text: `${cppcheck(error())}<results version="2"><errors>${error()}<error id="x`, claims: 2 },
    { name: 'within a list of a model', text: '<findings><finding><title>A b</title><line>1</line></finding><finding><title>C', claims: 1 },
  ])('keeps what was complete when cut $name', ({ text, claims }) =>
    expect(read(text)).toMatchObject({ kind: 'parsed', cut: true, claims: { length: claims } }),
  );

  it('does not obey the document: entities of its own stay as they are written', () => {
    const document = '<!DOCTYPE r [<!ENTITY x "boom"><!ENTITY f SYSTEM "file:///etc/passwd">]>';
    expect(claimsOf(`${document}<findings><finding><title>&x; &f; &lt;</title><line>1</line></finding></findings>`)).toMatchObject([
      { title: '&x; &f; <' },
    ]);
  });

  it.each([
    { name: 'an empty text', text: ' ', reason: /empty/ },
    { name: 'prose', text: 'No issues found.', reason: /no XML/ },
    { name: 'a web page', text: '<html><body>No issues</body></html>', reason: /no report of a known form/ },
    { name: 'a list of prose', text: '<findings>There may be an injection in line 3.</findings>', reason: /names a weakness/ },
    { name: 'elements that nest without end', text: '<findings>'.repeat(500) + '</findings>'.repeat(500), reason: /damaged/ },
    { name: 'a forbidden name', text: '<findings><__proto__><title>x</title></__proto__></findings>', reason: /damaged/ },
    { name: 'half a root', text: '<results vers', reason: /damaged/ },
  ])('does not take $name for "no findings"', ({ text, reason }) =>
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );

  it.each([
    { name: 'an item without its root', config: { item: 'x', fields: { title: '@t' } }, problem: /belong together/ },
    { name: 'an item without fields', config: { root: 'r', item: 'x' }, problem: /where the members/ },
    { name: 'a place that is none', config: { root: 'r', item: 'x', fields: { title: '//t[1]' } }, problem: /must be a place/ },
    { name: 'a member that is none', config: { root: 'r', item: 'x', fields: { linen: '@t' } }, problem: /linen/ },
  ])('refuses $name', ({ config, problem }) => expect(xml.config.safeParse(config).error?.message).toMatch(problem));
});
