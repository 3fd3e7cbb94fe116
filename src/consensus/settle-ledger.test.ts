import { expect, it } from 'vitest';
import { makeChunk, makeExecution, makeSeat } from '../../test/fixtures/panel.ts';
import { type LedgerInput, settleLedger } from './settle-ledger.ts';

const two = [makeSeat('a'), makeSeat('b')];
const patterns = makeSeat('builtin/patterns', { covers: { languages: ['javascript'] } });
const said = makeExecution;
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
    name: 'a judge covers nothing',
    over: { seats: [makeSeat('a', { role: 'judge' })] },
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
])('$name', ({ over, status, cause = null, reason }) => {
  const ledger = settleLedger({
    chunks: [makeChunk('chunk-1')],
    executions: [said('a'), said('b')],
    seats: two,
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
    seats: [makeSeat('a')],
    minVotes: 1,
    left,
  });
  expect(ledger.map(({ path, status }) => `${path} ${status}`)).toEqual(['logo.png skipped', 'src/app.js reviewed']);
});
