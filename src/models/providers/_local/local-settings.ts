import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { readDuration } from '#lib/model-definition.ts';

/** Settings that every model in this machine's memory has. */
export const localSettings = {
  path: z.string().min(1).optional(),
  threads: z.number().int().min(1).max(256).optional(),
  idle_unload: z
    .union([z.string(), z.number()])
    .refine((time) => readDuration(time) !== null, {
      error: 'must be a time such as `10m`, `90s` or a number of seconds, up to 60 minutes',
    })
    .optional()
    .meta({ description: 'Unload the model when it was not used for so long; 10m by default.' }),
  context_length: z
    .number()
    .int()
    .min(8)
    .optional()
    .meta({ description: 'Tokens that the model takes at once; by default what its files say.' }),
  temperature: z.number().min(0).max(2).optional().meta({ description: 'Randomness; 0 by default.' }),
  top_p: z.number().gt(0).max(1).optional().meta({ description: 'Share of the likeliest tokens that are sampled from.' }),
  max_tokens: z
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: 'Room for the answer in tokens; overrides what the role asks for.' }),
  concurrency: z.number().int().min(1).max(64).optional().meta({ description: 'Calls that are handed to the model at once.' }),
};

const TEN_MINUTES = 600_000;

/** Milliseconds without use after which a model is unloaded. */
export function idleMsOf(setting: string | number | undefined): number {
  return (setting === undefined ? null : readDuration(setting)) ?? TEN_MINUTES;
}

/** Beyond this many threads a forward pass waits for memory, not for cores. */
const MOST_THREADS = 8;

/** Threads for a computation that has the processor to itself. */
export function machineThreads(): number {
  return Math.min(availableParallelism(), MOST_THREADS);
}

/** A path as an entry names it, where relative ones begin in `baseFolder`. */
export function pathFrom(baseFolder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(baseFolder, path);
}

/** True for a model name that is a path and no name of the hub. */
export function isPath(modelName: string): boolean {
  return isAbsolute(modelName) || /^\.{1,2}[\\/]/.test(modelName);
}
