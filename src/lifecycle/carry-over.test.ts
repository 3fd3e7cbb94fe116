import { expect, it } from 'vitest';
import type { HunkStatus } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import type { History } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import { makePlan } from '../../test/fixtures/panel.ts';
import { changeBetween, type Files, filler } from '../../test/fixtures/text-change.ts';
import { carryOver } from './carry-over.ts';

const two = (first: string, second: string): Files => ({ 'a.js': `${filler(0, 9)}${first}${filler(20, 20)}${second}${filler(60, 9)}` });
const base = two('', '');
const past = two('weak()\n', 'safe()\n');
const beside = { path: 'a.js', hunkId: null, suppressedBy: null } as unknown as Finding;

interface Case {
  name: string;
  now?: Files;
  renames?: Record<string, string>;
  status?: HunkStatus;
  plan?: Partial<Plan>;
  key?: string;
  mode?: 'files';
  findings?: readonly Finding[];
  carried: number;
}

const scopeFile: Partial<Plan> = { review: { ...makePlan([]).review, scope: 'file' } };
const instructed: Partial<Plan> = { instructions: [{ paths: ['lib/**'], text: 'strict' }] };
const moved = { now: { 'lib/a.js': past['a.js'] ?? '' }, renames: { 'lib/a.js': 'a.js' } };

it.each<Case>([
  { name: 'what is as it was', carried: 2 },
  { name: 'one of two, where the other was edited', now: two('weak()\n', 'other()\n'), carried: 1 },
  { name: 'one of two, where the other was taken back', now: two('', 'safe()\n'), carried: 1 },
  { name: 'further hunks leave those that were there', now: two('weak()\nnew()\n', 'safe()\n'), carried: 1 },
  { name: 'hunks that changed places: one of them', now: two('safe()\n', 'weak()\n'), carried: 0 },
  { name: 'nothing that was read in part only', status: 'partial', carried: 0 },
  { name: 'nothing that was skipped', status: 'skipped', carried: 0 },
  { name: 'nothing of another plan', key: 'other', carried: 0 },
  { name: 'nothing in whole files', mode: 'files', carried: 0 },
  { name: 'what was renamed', ...moved, carried: 2 },
  { name: 'nothing that a rename puts under other instructions', ...moved, plan: instructed, carried: 0 },
  { name: 'nothing that a rename makes another language', now: { 'a.py': past['a.js'] ?? '' }, renames: { 'a.py': 'a.js' }, carried: 0 },
  { name: 'a whole file, where all of it is looked at', plan: scopeFile, carried: 2 },
  { name: 'no part of such a file', plan: scopeFile, now: two('weak()\n', 'other()\n'), carried: 0 },
  { name: 'no such file with findings outside of its hunks', plan: scopeFile, findings: [beside], carried: 0 },
])('$name', ({ now = past, renames = {}, status = 'reviewed', plan = {}, key = 'key', mode, findings = [], carried }) => {
  const [before, change] = [changeBetween(base, past), changeBetween(base, now, renames)];
  const ledger = before.files.flatMap(({ path, hunks }) => hunks.map(({ id }) => ({ path, hunkId: id, status, cause: null, reason: '' })));
  const history: History = { headSha: null, known: [], carry: { planKey: 'key', ledger, findings }, change: before };
  const input = { change: mode === undefined ? change : { ...change, mode }, selected: change.files, history, planKey: key };
  const made = carryOver({ ...input, plan: { ...makePlan([]), ...plan } });
  expect(made.ledger).toHaveLength(carried);
  const left = made.rest.flatMap(({ hunks }) => hunks);
  expect(carried + left.length).toBe(change.files.flatMap(({ hunks }) => hunks).length);
  expect(made.ledger.every((entry) => entry.carried && entry.status === 'reviewed')).toBe(true);
  expect(left.some(({ id }) => made.ledger.some(({ hunkId }) => hunkId === id))).toBe(false);
});

it('without an earlier scan, or where nothing is to be carried, all is reviewed', () => {
  const change = changeBetween(base, past);
  const plan = makePlan([]);
  for (const history of [null, { headSha: null, known: [], carry: null, change }]) {
    expect(carryOver({ change, selected: change.files, history, plan, planKey: 'key' })).toEqual({
      ledger: [],
      findings: [],
      rest: change.files,
    });
  }
});
