import { expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import type { HunkStatus } from '#model/coverage.ts';
import type { KnownFinding } from '#model/lifecycle.ts';
import { changeBetween, filler } from '../../test/fixtures/text-change.ts';
import { followLines } from './follow-lines.ts';
import { createGoneJudge, pathsInDoubt } from './judge-gone.ts';

const WEAK = 'query("select " + name)';
const text = (line: string) => `${filler(0, 8)}${line}\n${filler(20, 8)}`;
const known: KnownFinding = {
  ...{ id: 'abc123', fingerprint: 'f1', cwe: 'CWE-89', title: 'SQL injection', severity: 'high', state: 'open' },
  ...{ path: 'a.js', startLine: 9, endLine: 9, evidence: WEAK },
};
const base = { 'a.js': text('old()') };
const past = changeBetween(base, { 'a.js': text(WEAK) });
const withoutLines = (change: ChangeSet): ChangeSet => ({
  ...change,
  files: change.files.map((file) => ({ ...file, hunks: [], missing: 'too large' })),
});

interface Case {
  name: string;
  now: ChangeSet;
  head: Readonly<Record<string, string | null>>;
  before?: ChangeSet | null;
  finding?: Partial<KnownFinding>;
  status?: HunkStatus;
  moved?: boolean;
  state: 'fixed' | 'unknown';
  because: RegExp;
}
const edited = { now: changeBetween(base, { 'a.js': text('query(sql)') }), head: { 'a.js': text('query(sql)') } };
const same = { now: changeBetween(base, { 'a.js': text(WEAK) }), head: { 'a.js': text(WEAK) } };
const none = changeBetween(base, base);

it.each<Case>([
  { name: 'a changed line', ...edited, state: 'fixed', because: /line was changed/ },
  { name: 'a changed line that was read in part', ...edited, status: 'partial', state: 'unknown', because: /not fully reviewed/ },
  { name: 'a changed line that a rule leaves out by now', ...edited, status: 'skipped', state: 'unknown', because: /not fully reviewed/ },
  { name: 'a changed line of prose', ...edited, status: 'not_applicable', state: 'fixed', because: /line was changed/ },
  { name: 'a changed line, where its code stands elsewhere', ...edited, moved: true, state: 'unknown', because: /was moved/ },
  { name: 'the same line', ...same, state: 'unknown', because: /is unchanged/ },
  { name: 'the same line, not reviewed', ...same, status: 'skipped', state: 'unknown', because: /not fully reviewed/ },
  { name: 'what was taken back', now: none, head: { 'a.js': text('old()') }, state: 'fixed', because: /no longer part/ },
  {
    name: 'what is in the base by now',
    now: none,
    head: { 'a.js': text(WEAK) },
    state: 'unknown',
    because: /unchanged, and no longer part/,
  },
  { name: 'what is in a file that is not there', now: none, head: { 'a.js': null }, state: 'fixed', because: /no longer part/ },
  { name: 'what is in a file that cannot be read', now: none, head: {}, state: 'unknown', because: /could not be read/ },
  { name: 'a deleted file', now: changeBetween(base, {}), head: {}, state: 'fixed', because: /file was deleted/ },
  {
    name: 'lines that the host leaves out',
    now: withoutLines(edited.now),
    head: edited.head,
    status: 'skipped',
    state: 'unknown',
    because: /not fully reviewed/,
  },
  { name: 'an unknown past, and the code is there', ...same, before: null, state: 'unknown', because: /is unchanged/ },
  { name: 'an unknown past, and the code is gone', ...edited, before: null, state: 'fixed', because: /no longer in the file/ },
  {
    name: 'an unknown past, and the file is out of the change',
    now: none,
    head: base,
    before: null,
    state: 'fixed',
    because: /no longer part/,
  },
  { name: 'code that is not remembered', ...edited, before: null, finding: { evidence: '' }, state: 'unknown', because: /not remembered/ },
  {
    name: 'a masked line that stands there',
    ...same,
    finding: { evidence: 'query(***masked***)' },
    state: 'unknown',
    because: /is unchanged/,
  },
])('$name: $state', ({ now, head, before = past, finding, status = 'reviewed', moved = false, state, because }) => {
  const lines = followLines(before, now);
  const ledger = now.files.flatMap(({ path, hunks }) =>
    (hunks.length === 0 ? [null] : hunks.map(({ id }) => id)).map((hunkId) => ({ path, hunkId, status, cause: null, reason: '' })),
  );
  const judge = createGoneJudge({ change: now, ledger, lines, texts: new Map(Object.entries(head)), movedTo: () => moved });
  expect(judge({ ...known, ...finding })).toMatchObject({ state, finding: { id: known.id, because: expect.stringMatching(because) } });
});

it('reads the files of which the hunks say nothing, whatever they are called', () => {
  const named = { ...known, path: 'deleted' };
  const [before, now] = [changeBetween({ deleted: text('old()') }, { deleted: text(WEAK) }), none];
  expect(pathsInDoubt([named], { change: now, lines: followLines(before, now) })).toEqual(['deleted']);
  expect(pathsInDoubt([known], { change: edited.now, lines: followLines(past, edited.now) })).toEqual([]);
});
