import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { guardDatabase } from './database-error.ts';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });
const fail = (error: unknown) => guardDatabase('store a result', () => Promise.reject(error))().catch((thrown) => thrown);

describe('a fault of the database', () => {
  it.each([
    { name: 'a refused connection', error: withCode('ECONNREFUSED'), clause: 'nothing listens there' },
    { name: 'a code without words of its own', error: withCode('22P02'), clause: 'code 22P02' },
    { name: 'a failed query', error: new DrizzleQueryError('insert …', ['secret detail'], withCode('53100')), clause: 'its disk is full' },
  ])('is one sentence without SQL or values: $name', async ({ error, clause }) => {
    const thrown = await fail(error);
    expect(thrown).toMatchObject({
      code: 'AEGIS_UNAVAILABLE',
      retryable: true,
      message: `the database could not store a result: ${clause}`,
    });
    expect(thrown.cause).toBeUndefined();
  });

  it.each([
    { name: 'an error of ours', error: new InputError('no', { hint: 'yes' }) },
    { name: 'a fault in code', error: new TypeError('x is not a function') },
  ])('leaves alone $name', async ({ error }) => expect(await fail(error)).toBe(error));
});
