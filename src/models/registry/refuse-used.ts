import { InputError } from '#model/errors.ts';

/** Throws `InputError` that says who uses a model; does nothing where nobody does. `uses` are clauses. */
export function refuseUsed(modelId: string, uses: readonly string[]): void {
  if (uses.length === 0) return;
  throw new InputError(`the model ${modelId} is in use: ${uses.join('; ')}`, {
    hint: 'Disable it, or remove it all the same with --force.',
  });
}
