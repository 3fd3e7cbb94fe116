import { AegisError } from '#model/errors.ts';

/** An error in one sentence: what is wrong, and what to do. For faults that are ours, only their kind is told. */
export function explainFault(error: unknown): string {
  if (!(error instanceof AegisError))
    return `A fault inside Aegis (${error instanceof Error ? error.name : typeof error}): please report it.`;
  // A hint begins with a verb; as the second half of a sentence it begins small. Names in capitals stay as they are.
  const hint = /^[A-Z][a-z]/.test(error.hint) ? `${error.hint.charAt(0).toLowerCase()}${error.hint.slice(1)}` : error.hint;
  return `${error.message}: ${hint}`;
}
