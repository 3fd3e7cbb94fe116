import { expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import type { BaselineFinding, Dismissal } from '#model/lifecycle.ts';
import { decideFindings } from './decide-findings.ts';

const found = {
  cwe: 'CWE-89',
  severity: 'high' as const,
  confidence: null,
  path: 'a.js',
  startLine: 3,
  endLine: 3,
  fingerprint: 'f1',
  own: 'f1',
  evidence: 'query(a + b)',
};
const dismissal: Dismissal = {
  fingerprint: 'f1',
  cwe: 'CWE-89',
  path: 'a.js',
  evidence: 'query(a + b);',
  reason: 'fixture',
  actor: 'octocat',
  scope: 'pull',
};
const masked = 'const key = "***masked***"';
const change: ChangeSet = { mode: 'change', files: [], base: 'main', head: 'topic' };
const nothing = { dismissals: [], baseline: [], ignores: 'all' as const, found: [], goneFiles: new Set<string>(), change };

it.each<{ name: string; dismissal?: Partial<Dismissal>; finding?: Partial<typeof found>; gone?: string; holds: boolean }>([
  { name: 'its name and its code', holds: true },
  { name: 'its name, and the code written in another style', finding: { evidence: '  query( a+b )' }, holds: true },
  { name: 'its name, and another code', finding: { evidence: 'query(a + c)' }, holds: false },
  { name: 'another name', finding: { fingerprint: 'f2' }, holds: false },
  { name: 'a dismissal whose code is not remembered', dismissal: { evidence: '' }, finding: { evidence: '' }, holds: false },
  {
    name: 'its code elsewhere, where its file is gone',
    dismissal: { scope: 'repository', path: 'old.js' },
    finding: { fingerprint: 'f2' },
    gone: 'old.js',
    holds: true,
  },
  {
    name: 'its code elsewhere, where its file is there',
    dismissal: { scope: 'repository', path: 'old.js' },
    finding: { fingerprint: 'f2' },
    holds: false,
  },
  {
    name: 'another weakness in its code',
    dismissal: { scope: 'repository', path: 'old.js' },
    finding: { fingerprint: 'f2', cwe: 'CWE-79' },
    gone: 'old.js',
    holds: false,
  },
  { name: 'a masked secret that is still the same', dismissal: { evidence: masked }, finding: { evidence: masked }, holds: true },
  { name: 'a masked secret that is another one', dismissal: { evidence: masked }, finding: { evidence: masked, own: 'f9' }, holds: false },
])('a dismissal: $name: $holds', ({ dismissal: over, finding, gone, holds }) => {
  const input = { ...nothing, dismissals: [{ ...dismissal, ...over }], goneFiles: new Set(gone === undefined ? [] : [gone]) };
  const said = decideFindings(input).dismissed({ ...found, ...finding });
  expect(said).toEqual(holds ? { suppressedBy: 'dismissed', suppressedReason: '@octocat: fixture' } : null);
});

it.each([
  { name: 'a plain string that becomes a template', was: `run('ls \${dir}')`, now: `run(\`ls \${dir}\`)`, holds: false },
  { name: 'a PHP string that begins to interpolate', was: "query('id = $id')", now: 'query("id = $id")', holds: false },
  { name: 'a Ruby string that begins to interpolate', was: "find('id = #{id}')", now: 'find("id = #{id}")', holds: false },
  { name: 'a shell string that begins to expand', was: "sh -c 'rm $1'", now: 'sh -c "rm $1"', holds: false },
  { name: 'a string that becomes a command', was: "run 'ls'", now: 'run `ls`', holds: false },
  { name: 'an escaped quote that begins to close', was: String.raw`echo "a \" $x \" b"`, now: 'echo "a " $x " b"', holds: false },
  { name: 'the same quotes in another spacing', was: `run(\`ls \${dir}\`);`, now: `run( \`ls \${dir}\` )`, holds: true },
  { name: 'other quotes around what means the same', was: "query('a' + b)", now: 'query("a" + b)', holds: true },
])('a dismissal and quotes: $name: $holds', ({ was, now, holds }) => {
  const input = { ...nothing, dismissals: [{ ...dismissal, evidence: was }] };
  expect(decideFindings(input).dismissed({ ...found, evidence: now }) !== null).toBe(holds);
});

it('a baseline takes no notice of quotes', () => {
  const baseline = [{ fingerprint: '', cwe: 'CWE-89', path: 'a.js', evidence: "query('$a')" }];
  expect(decideFindings({ ...nothing, baseline }).baseline({ ...found, evidence: 'query("$a")' })).not.toBeNull();
});

it.each<{ name: string; known: Partial<BaselineFinding>; holds: boolean }>([
  { name: 'its name', known: { fingerprint: 'f1', path: 'other.js', evidence: '' }, holds: true },
  { name: 'its file, weakness and code', known: {}, holds: true },
  { name: 'a wider name of its weakness', known: { cwe: 'CWE-943' }, holds: true },
  { name: 'another file', known: { path: 'b.js' }, holds: false },
  { name: 'another weakness', known: { cwe: 'CWE-79' }, holds: false },
  { name: 'another code', known: { evidence: 'query(a)' }, holds: false },
  { name: 'a file that does not tell the code', known: { evidence: '' }, holds: false },
  { name: 'a masked line without its name', known: { evidence: masked }, holds: false },
])('a baseline: $name: $holds', ({ known, holds }) => {
  const baseline = [{ fingerprint: '', cwe: 'CWE-89', path: 'a.js', evidence: 'query(a+b)', ...known }];
  const said = decideFindings({ ...nothing, baseline }).baseline({ ...found, ...(known.evidence === masked && { evidence: masked }) });
  expect(said?.suppressedBy ?? null).toBe(holds ? 'baseline' : null);
});
