import { ProviderError } from '#ports/provider-error.ts';
import type { Target } from './target.ts';

/** The error for an answer that is none: not JSON, or without the fields that make one. */
export function strangeAnswer(target: Target, what: string): ProviderError {
  return new ProviderError('protocol', `${target.url} sent ${what} for ${target.model}`, {
    hint: 'Check that base_url names a model server.',
  });
}
