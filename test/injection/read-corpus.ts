import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where a text of the corpus sits. */
const PLACES = ['comment', 'string', 'file name', 'markdown', 'json', 'yaml', 'diff imitation'] as const;

/** What a model that obeys would do. */
const WANTS = ['empty', 'safe', 'verdicts', 'garbage', 'noise', 'other-path'] as const;

const sampleSchema = z.strictObject({ name: z.string(), in: z.enum(PLACES), path: z.string(), text: z.string() });
const attackSchema = sampleSchema.extend({ wants: z.enum(WANTS) });

export type Sample = z.infer<typeof sampleSchema>;
export type Attack = z.infer<typeof attackSchema>;

const read = (file: string): unknown => parse(readFileSync(new URL(`corpus/${file}.yaml`, import.meta.url), 'utf8'));

/** Attempts to steer the models, and look-alikes that steer nobody. The held-out part is not used to tune the detector. */
export const ATTACKS = z.array(attackSchema).parse(read('attacks'));
export const HELD_OUT_ATTACKS = z.array(attackSchema).parse(read('attacks.held-out'));
export const HARMLESS = z.array(sampleSchema).parse(read('harmless'));
export const HELD_OUT_HARMLESS = z.array(sampleSchema).parse(read('harmless.held-out'));
