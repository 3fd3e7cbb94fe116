import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkout } from './action/context.ts';
import { readTree } from './git/read-tree.ts';
import { openRepository } from './git/repository.ts';
import { InputError } from './model/errors.ts';

/** The checkout of a job around a folder of it. Opens nothing before it is used. */
export function openCheckout(folder: string): Checkout {
  const open = () =>
    openRepository(folder).catch((cause: unknown) => {
      if (!(cause instanceof InputError)) throw cause;
      throw new InputError(`there is no checkout to review: ${cause.message}`, {
        hint: 'Put a step with actions/checkout before this one.',
        cause,
      });
    });
  return {
    async read({ base, head }) {
      const repository = await open();
      if (base === null && head === null) return await readTree(['.'], folder);
      return await repository.change({ ...(base !== null && { base }), ...{ head: head ?? 'HEAD' } });
    },
    async textOf(path) {
      const { root } = await open();
      return await readFile(join(root, path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return null;
        throw new InputError(`${path} of the checkout cannot be read`, { hint: 'Check that it is a file that the job may read.', cause });
      });
    },
  };
}
