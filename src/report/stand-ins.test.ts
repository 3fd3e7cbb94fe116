import { expect, it } from 'vitest';
import type { Execution } from '#model/outcome.ts';
import { makeExecution } from '../../test/fixtures/panel.ts';
import { describeStandIn, listStandIns } from './stand-ins.ts';

const own = makeExecution;
const inPlaceOf = (standsInFor: string, ...how: Parameters<typeof makeExecution>) => ({ ...makeExecution(...how), standsInFor });

it.each<{ name: string; executions: Execution[]; told: string[] }>([
  { name: 'nobody stood in', executions: [own('a'), own('b', 'failed')], told: [] },
  {
    name: 'a refusal',
    executions: [own('a', 'refused', 'c1', 'policy'), inPlaceOf('a', 'r', 'answered', 'c1')],
    told: ['r for a, which refused (policy): 1 chunk'],
  },
  {
    name: 'the same reason on several chunks is told once',
    executions: ['c1', 'c2'].flatMap((chunk) => [own('a', 'failed', chunk), inPlaceOf('a', 'r', 'answered', chunk)]),
    told: ['r for a, which did not answer (connection refused): 2 chunks'],
  },
  {
    name: 'two reasons',
    executions: [
      ...[own('a', 'failed', 'c1'), inPlaceOf('a', 'r', 'answered', 'c1')],
      ...[own('a', 'refused', 'c2', 'policy'), inPlaceOf('a', 'r', 'unreadable', 'c2')],
    ],
    told: ['r for a, which did not answer (connection refused) or refused (policy): 2 chunks, 1 of them answered'],
  },
  {
    name: 'a stand-in that failed, and the one after it',
    executions: [own('a', 'refused', 'c1', 'policy'), inPlaceOf('a', 'r', 'failed', 'c1'), inPlaceOf('a', 's', 'answered', 'c1')],
    told: ['r for a, which refused (policy): 1 chunk, not answered by it either', 's for a, which refused (policy): 1 chunk'],
  },
  {
    name: 'a result that was stored before there were stand-ins',
    executions: [{ ...own('a'), standsInFor: undefined } as unknown as Execution],
    told: [],
  },
])('$name', ({ executions, told }) =>
  expect(listStandIns(executions).map((one) => `${one.model} for ${one.standsInFor}${describeStandIn(one, (text) => text)}`)).toEqual(told),
);
