import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { readEnvironment } from './env.ts';
import { readMostCalls } from './most-calls.ts';

const read = (value: string) => readMostCalls(readEnvironment({ AEGIS_MAX_CALLS: value }));

describe('AEGIS_MAX_CALLS', () => {
  it.each([
    { value: '', calls: undefined },
    { value: ' 8 ', calls: 8 },
    { value: '1', calls: 1 },
    { value: '1000', calls: 1000 },
  ])('is $calls where it says "$value"', ({ value, calls }) => expect(read(value)).toBe(calls));

  it.each(['0', '1001', '-1', '1.5', '1e2', 'many', '12345'])('is refused where it says "%s"', (value) => {
    expect(() => read(value)).toThrow(InputError);
    expect(() => read(value)).toThrow(/^AEGIS_MAX_CALLS /);
  });
});
