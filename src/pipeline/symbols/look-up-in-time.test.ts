import { expect, it } from 'vitest';
import { makeChunk } from '../../../test/fixtures/panel.ts';
import { lookUpInTime } from './look-up-in-time.ts';

const chunk = makeChunk('c1');
const found = [{ symbol: 'run', path: 'a.js', startLine: 1, text: 'function run() {}' }];

it('gives what is found while there is time', async () => {
  expect(await lookUpInTime(async () => found, new AbortController().signal)(['run'], chunk)).toBe(found);
});

it('finds nothing from when the time is over, and does not wait for a search that goes on', async () => {
  const time = new AbortController();
  let searches = 0;
  const lookUp = lookUpInTime(() => {
    searches += 1;
    return new Promise(() => {});
  }, time.signal);
  const waiting = lookUp(['run'], chunk);
  time.abort(new DOMException('The time of the scan is over', 'TimeoutError'));
  expect(await waiting).toEqual([]);
  expect(await lookUp(['run'], chunk)).toEqual([]);
  expect(searches).toBe(1);
});

it('ends with the reason where the scan is cancelled', async () => {
  const cancelled = async () => Promise.reject(new Error('enough'));
  await expect(lookUpInTime(cancelled, new AbortController().signal)(['run'], chunk)).rejects.toThrow('enough');
});
