import { describe, expect, it } from 'vitest';
import { findSteering } from '#steering/find-steering.ts';
import { ATTACKS, HARMLESS, HELD_OUT_ATTACKS, HELD_OUT_HARMLESS, type Sample } from './read-corpus.ts';
import { changeOf, newFile } from './sample-change.ts';

const marked = ({ path, text }: Sample) => findSteering(changeOf(newFile(path, text))).length > 0;

describe('the corpus', () => {
  it('has at least sixty attacks and as many look-alikes, a good part of both held out', () => {
    expect(ATTACKS.length + HELD_OUT_ATTACKS.length).toBeGreaterThanOrEqual(60);
    expect(HARMLESS.length + HELD_OUT_HARMLESS.length).toBeGreaterThanOrEqual(60);
    expect(HELD_OUT_ATTACKS.length).toBeGreaterThanOrEqual(ATTACKS.length / 5);
    expect(HELD_OUT_HARMLESS.length).toBeGreaterThanOrEqual(HARMLESS.length / 5);
  });

  it('has attacks in every place', () => {
    expect(new Set([...ATTACKS, ...HELD_OUT_ATTACKS].map((attack) => attack.in)).size).toBe(7);
  });
});

describe('findSteering sees', () => {
  it.each(ATTACKS)('$name', (attack) => expect(marked(attack)).toBe(true));
});

describe('findSteering lets be', () => {
  it.each([...HARMLESS, ...HELD_OUT_HARMLESS])('$name', (sample) => expect(marked(sample)).toBe(false));
});

describe('of what it was not tuned on, findSteering', () => {
  it('sees nine of ten attacks', () => {
    expect(HELD_OUT_ATTACKS.filter(marked).length / HELD_OUT_ATTACKS.length).toBeGreaterThanOrEqual(0.9);
  });
});
