import { expect, it } from 'vitest';
import { changeBetween } from '../../test/fixtures/text-change.ts';
import { findIgnores } from './find-ignores.ts';
import { listIgnores } from './obey-ignores.ts';

const MARK = '// aegis-ignore[CWE-89]: why';
const found = (cwe: string | null, line: number, path = 'a.js') => ({
  cwe,
  path,
  startLine: line,
  endLine: line,
  severity: 'high' as const,
  confidence: null,
});

it.each([
  { name: 'a comment speaks of the next line', lines: [MARK, 'run()', 'more()'], from: 1, until: 2 },
  { name: 'over further comments and empty lines', lines: [MARK, '// so', '', 'run()', 'more()'], from: 1, until: 4 },
  { name: 'beside code it speaks of its own line', lines: ['x()', `run() ${MARK}`, 'more()'], from: 2, until: 2 },
  { name: 'at the end of the file', lines: ['run()', MARK], from: 2, until: 3 },
])('$name', ({ lines, from, until }) => {
  const change = changeBetween({}, { 'a.js': `${lines.join('\n')}\n` });
  expect(findIgnores(change, new Map())).toMatchObject([{ path: 'a.js', line: from, until, added: true, shown: true }]);
});

it('outside of the hunks it is known where the text is, and is not new', () => {
  const text = (last: string) => `${MARK}\n${'x()\n'.repeat(9)}${last}\n`;
  const change = changeBetween({ 'a.js': text('old()') }, { 'a.js': text('new()') });
  expect(findIgnores(change, new Map())).toEqual([]);
  expect(findIgnores(change, new Map([['a.js', text('new()')]]))).toMatchObject([{ line: 1, until: 2, added: false, shown: false }]);
});

it('in whole files nothing is new', () => {
  const change = { ...changeBetween({}, { 'a.js': `${MARK}\nrun()\n` }), mode: 'files' as const };
  expect(findIgnores(change, new Map())).toMatchObject([{ added: false, shown: true }]);
});

it.each([
  { name: 'its weakness', finding: found('CWE-89', 2), findings: 1 },
  { name: 'a kind of it', finding: found('CWE-564', 2), findings: 1 },
  { name: 'another weakness', finding: found('CWE-79', 2), findings: 0 },
  { name: 'none that is named', finding: found(null, 2), findings: 0 },
  { name: 'further below', finding: found('CWE-89', 3), findings: 0 },
  { name: 'another file', finding: found('CWE-89', 2, 'b.js'), findings: 0 },
])('it is for $name: $findings', ({ finding, findings }) => {
  const marks = findIgnores(changeBetween({}, { 'a.js': `${MARK}\nrun()\nmore()\n` }), new Map());
  expect(listIgnores(marks, [finding], 'base')).toMatchObject([{ findings, obeyed: false }]);
});

it('one that stands elsewhere is listed only where a finding stands under it, and one without a reason is not obeyed', () => {
  const mark = { path: 'a.js', line: 1, until: 2, cwes: [], reason: '', added: false, shown: false };
  expect(listIgnores([mark], [], 'all')).toEqual([]);
  expect(listIgnores([mark], [found(null, 2)], 'all')).toMatchObject([{ obeyed: false, findings: 1 }]);
});
