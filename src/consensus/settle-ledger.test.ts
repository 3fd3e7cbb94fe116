import { expect, it } from 'vitest';
import type { OutcomeKind } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import { makeChunk, makeExecution, makeSeat } from '../../test/fixtures/panel.ts';
import { countPassedOver, type Due, type LedgerInput, settleLedger } from './settle-ledger.ts';

const two = [makeSeat('a'), makeSeat('b')];
const patterns = makeSeat('builtin/patterns', { covers: { languages: ['javascript'] } });
const said = makeExecution;
const sorter = makeSeat('t', { role: 'triage' });
const sorted = (kind: OutcomeKind = 'answered', chunkId = 'chunk-1') => ({ ...makeExecution('t', kind, chunkId), role: 'triage' });
const spent = (modelId: string, chunkId = 'chunk-1') => makeExecution(modelId, 'skipped', chunkId, 'the budget of $0.50 is spent');
const dueTo = (seats: readonly Seat[], chunkId = 'chunk-1'): Due => ({ chunkId, seats, passedOver: false });
const passedOver = (chunkId = 'chunk-1'): Due => ({ chunkId, seats: [sorter], passedOver: true });
const slices = [makeChunk('chunk-1'), makeChunk('chunk-2')];
/** A chunk whose file an override leaves to these models. */
const leftTo = (...panel: readonly string[]) => {
  const chunk = makeChunk('chunk-1');
  return { ...chunk, files: chunk.files.map((file) => ({ ...file, panel })) };
};
const inPlaceOf = (standsInFor: string, ...how: Parameters<typeof makeExecution>) => ({ ...makeExecution(...how), standsInFor });

it.each<{ name: string; over: Partial<LedgerInput>; status: string; cause?: string; reason: string }>([
  { name: 'every seat answered', over: {}, status: 'reviewed', reason: '' },
  {
    name: 'one failed',
    over: { executions: [said('a'), said('b', 'failed')] },
    status: 'partial',
    reason: 'b did not answer (connection refused)',
  },
  {
    name: 'one refused',
    over: { executions: [said('a'), said('b', 'refused', 'chunk-1', 'policy')] },
    status: 'partial',
    reason: 'b refused (policy)',
  },
  {
    name: 'one was cut, the other is unreadable',
    over: { executions: [said('a', 'truncated', 'chunk-1', 'token limit'), said('b', 'unreadable', 'chunk-1', 'no JSON')] },
    status: 'partial',
    reason: 'a was cut off (token limit); b gave no readable answer (no JSON)',
  },
  {
    name: 'an override leaves the file to one',
    over: { chunks: [leftTo('a')], executions: [said('a')], due: [] },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'nobody of those to whom an override leaves it is there',
    over: { chunks: [leftTo('c')], executions: [said('a')], due: [] },
    status: 'uncovered',
    reason: 'no model of this review covers javascript',
  },
  {
    name: 'a guest, and no override: it owes nothing',
    over: { seats: [...two, { ...makeSeat('c'), guest: true }], due: [] },
    status: 'reviewed',
    reason: '',
  },
  { name: 'one was never asked', over: { executions: [said('a')] }, status: 'partial', reason: 'b was not asked' },
  {
    name: 'nobody answered: it was not looked at',
    over: { executions: [said('a', 'failed'), said('b', 'failed')] },
    status: 'skipped',
    cause: 'fault',
    reason: 'a did not answer (connection refused); b did not answer (connection refused)',
  },
  { name: 'fewer opinions than min_votes', over: { minVotes: 3 }, status: 'partial', reason: 'seen by 2 models only, min_votes is 3' },
  {
    name: 'a seat that covers the language is enough',
    over: { seats: [patterns], executions: [said('builtin/patterns')] },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'no seat covers the language',
    over: { seats: [patterns], chunks: [makeChunk('chunk-1', 'src/main.rs')] },
    status: 'uncovered',
    reason: 'no model of this review covers rust',
  },
  {
    name: 'a file whose name says nothing is not covered by a detector',
    over: { seats: [patterns], chunks: [makeChunk('chunk-1', 'bin/run')] },
    status: 'uncovered',
    reason: 'no model of this review covers this kind of file',
  },
  {
    name: 'judges, explainers and triage have no opinion on a hunk that nobody said was due',
    over: { due: [], seats: ['judge', 'explain', 'triage'].map((role) => makeSeat('a', { role })) },
    status: 'uncovered',
    reason: 'no model of this review covers javascript',
  },
  {
    name: 'one refused, and its stand-in answered',
    over: { executions: [said('a'), said('b', 'refused', 'chunk-1', 'policy'), inPlaceOf('b', 'r')] },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'one refused, and its stand-in failed',
    over: { executions: [said('a'), said('b', 'refused', 'chunk-1', 'policy'), inPlaceOf('b', 'r', 'failed')] },
    status: 'partial',
    reason: 'b refused (policy); r, in its place, did not answer (connection refused)',
  },
  {
    name: 'nobody answered, nor did any stand-in',
    over: { seats: [makeSeat('a')], executions: [said('a', 'failed'), inPlaceOf('a', 'r', 'refused', 'chunk-1', 'policy')] },
    status: 'skipped',
    cause: 'fault',
    reason: 'a did not answer (connection refused); r, in its place, refused (policy)',
  },
  {
    name: 'a stand-in fills one seat, not two',
    over: { executions: [said('a', 'failed'), inPlaceOf('a', 'r'), said('b', 'failed')] },
    status: 'partial',
    reason: 'b did not answer (connection refused)',
  },
  {
    name: 'one slice of a large hunk by the model, the other by its stand-in',
    over: {
      seats: [makeSeat('a')],
      chunks: [makeChunk('chunk-1'), makeChunk('chunk-2')],
      executions: [said('a'), said('a', 'failed', 'chunk-2'), inPlaceOf('a', 'r', 'answered', 'chunk-2')],
    },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'stand-ins have votes of their own',
    over: { executions: [said('a', 'failed'), inPlaceOf('a', 'r'), said('b', 'failed'), inPlaceOf('b', 's')], minVotes: 2 },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'a slice of a large hunk failed',
    over: {
      seats: [makeSeat('a')],
      chunks: [makeChunk('chunk-1'), makeChunk('chunk-2')],
      executions: [said('a'), said('a', 'failed', 'chunk-2')],
    },
    status: 'partial',
    reason: 'a did not answer (connection refused)',
  },

  { name: 'triage passed it over', over: { due: [passedOver()], executions: [sorted()] }, status: 'reviewed', reason: '' },
  {
    name: 'min_votes does not hold for what triage passed over',
    over: { due: [passedOver()], executions: [sorted()], minVotes: 2 },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'triage passed over one slice, and the other was reviewed',
    over: {
      chunks: slices,
      due: [passedOver(), dueTo(two, 'chunk-2')],
      executions: [sorted(), said('a', 'answered', 'chunk-2'), said('b', 'answered', 'chunk-2')],
    },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'triage passed over one slice, and nobody read the other',
    over: {
      chunks: slices,
      due: [passedOver(), dueTo([makeSeat('a')], 'chunk-2')],
      executions: [sorted(), said('a', 'failed', 'chunk-2')],
    },
    status: 'partial',
    reason: 'a did not answer (connection refused)',
  },
  {
    name: 'triage let it through: its answer alone is no review',
    over: { due: [dueTo(two)], executions: [sorted(), said('a', 'failed'), said('b', 'failed')] },
    status: 'skipped',
    cause: 'fault',
    reason: 'a did not answer (connection refused); b did not answer (connection refused)',
  },
  {
    name: 'triage that failed and let it through is no fault of a hunk that the others reviewed',
    over: { executions: [sorted('failed'), said('a'), said('b')] },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'triage that votes owes an opinion as the others do',
    over: { due: [dueTo([sorter, ...two])], executions: [sorted('unreadable'), said('a'), said('b')] },
    status: 'partial',
    reason: 't gave no readable answer (connection refused)',
  },
  {
    name: 'a tier that the chunk did not reach owes nothing',
    over: { due: [dueTo([makeSeat('a')])], executions: [said('a')] },
    status: 'reviewed',
    reason: '',
  },
  {
    name: 'a tier that the chunk did reach owes its opinion',
    over: { due: [dueTo(two)], executions: [said('a'), said('b', 'failed')] },
    status: 'partial',
    reason: 'b did not answer (connection refused)',
  },
  {
    name: 'a chunk of which nobody says what was due needs every seat',
    over: { due: [], executions: [said('a')] },
    status: 'partial',
    reason: 'b was not asked',
  },
  {
    name: 'the budget was spent before anybody was asked',
    over: { executions: [spent('a'), spent('b')] },
    status: 'skipped',
    cause: 'budget',
    reason: 'the budget of $0.50 is spent',
  },
  {
    name: 'the budget was spent before the second was asked',
    over: { executions: [said('a'), spent('b')] },
    status: 'partial',
    reason: 'b was not asked, because the budget of $0.50 is spent',
  },
  {
    name: 'one failed, and the budget was spent before the other was asked',
    over: { executions: [said('a', 'failed'), spent('b')] },
    status: 'skipped',
    cause: 'budget',
    reason: 'a did not answer (connection refused); b was not asked, because the budget of $0.50 is spent',
  },
  {
    name: 'the budget was spent before a stand-in was asked',
    over: { due: [dueTo([makeSeat('a')])], executions: [said('a', 'refused', 'chunk-1', 'policy'), { ...spent('r'), standsInFor: 'a' }] },
    status: 'skipped',
    cause: 'budget',
    reason: 'a refused (policy); r, in its place, was not asked, because the budget of $0.50 is spent',
  },
  {
    name: 'the budget was spent between two slices',
    over: {
      chunks: slices,
      due: [dueTo([makeSeat('a')]), dueTo([makeSeat('a')], 'chunk-2')],
      executions: [said('a'), spent('a', 'chunk-2')],
    },
    status: 'partial',
    reason: 'a was not asked, because the budget of $0.50 is spent',
  },
  {
    name: 'a call about a finding is no review',
    over: { due: [dueTo([makeSeat('a')])], executions: [{ ...said('a'), finding: 'f' }] },
    status: 'skipped',
    cause: 'fault',
    reason: 'a was not asked',
  },
])('$name', ({ over, status, cause = null, reason }) => {
  const { chunks = [makeChunk('chunk-1')], seats = two } = over;
  const ledger = settleLedger({
    chunks,
    executions: [said('a'), said('b')],
    due: chunks.map(({ id }) => dueTo(seats, id)),
    seats,
    minVotes: 1,
    left: [],
    ...over,
  });
  expect(ledger).toHaveLength(1);
  expect(ledger[0]).toMatchObject({ status, cause, reason });
});

it('what was left out stays as it was, and a hunk has one entry', () => {
  const left = [{ path: 'logo.png', hunkId: null, status: 'skipped', cause: 'binary', reason: 'binary' } as const];
  const ledger = settleLedger({
    chunks: [makeChunk('chunk-1'), makeChunk('chunk-2')],
    executions: [said('a'), said('a', 'answered', 'chunk-2')],
    due: [dueTo([makeSeat('a')]), dueTo([makeSeat('a')], 'chunk-2')],
    seats: [makeSeat('a')],
    minVotes: 1,
    left,
  });
  expect(ledger.map(({ path, status }) => `${path} ${status}`)).toEqual(['logo.png skipped', 'src/app.js reviewed']);
});

it('an entry lists who was asked about its hunk and how each call ended: triage too, judges and explainers not', () => {
  const python = makeSeat('p', { covers: { languages: ['python'] } });
  const mixed = { ...makeChunk('chunk-1'), files: [...makeChunk('chunk-1').files, ...makeChunk('chunk-1', 'main.py').files] };
  const ledger = settleLedger({
    chunks: [mixed, makeChunk('chunk-2')],
    executions: [
      sorted(),
      said('a'),
      said('b', 'refused'),
      inPlaceOf('b', 'r'),
      said('p'),
      { ...said('j'), role: 'judge', cases: ['c'] },
      { ...said('e'), role: 'explain', finding: 'f' },
      { ...said('a', 'failed'), finding: 'f' },
      spent('a', 'chunk-2'),
    ],
    due: [dueTo([...two, python]), dueTo([makeSeat('a')], 'chunk-2')],
    seats: [sorter, ...two, python],
    minVotes: 1,
    left: [],
  });
  const opinions = ledger.map(
    ({ path, seats = [] }) => `${path}: ${seats.map((one) => `${one.modelId}/${one.role} ${one.outcome}`).join(', ')}`,
  );
  expect(opinions).toEqual([
    'src/app.js: t/triage answered, a/deep_scan answered, b/deep_scan refused, r/deep_scan answered, a/deep_scan skipped',
    'main.py: t/triage answered, a/deep_scan answered, b/deep_scan refused, r/deep_scan answered, p/deep_scan answered',
  ]);
});

it('a hunk about which nobody was asked lists nobody', () => {
  const input = { chunks: [makeChunk('chunk-1')], executions: [], due: [dueTo([patterns])], seats: [patterns], minVotes: 1, left: [] };
  expect(settleLedger(input)[0]).not.toHaveProperty('seats');
});

it.each([
  { name: 'both slices of a hunk', due: [passedOver(), passedOver('chunk-2')], count: 1 },
  { name: 'one slice of it alone', due: [passedOver(), dueTo(two, 'chunk-2')], count: 0 },
  { name: 'nothing', due: [], count: 0 },
])('passed over: $name', ({ due, count }) => expect(countPassedOver(slices, due)).toBe(count));
