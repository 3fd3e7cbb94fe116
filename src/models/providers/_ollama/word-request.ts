import type { ChatRequest } from 'ollama';
import type { ModelRequest } from '#ports/provider.ts';
import { STEADY } from '../_kit/settings.ts';
import type { Shape } from './request-shape.ts';

/** The settings that shape a request. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  readonly keep_alive?: string | number | undefined;
  readonly think?: boolean | 'low' | 'medium' | 'high' | undefined;
}

/** `truncate` is younger than the package's types: https://docs.ollama.com/api/chat */
export type WordedRequest = ChatRequest & { truncate?: boolean };

/** A chat request in Ollama's words, built as `shape` says. `window` and `maxTokens` are tokens. */
export function wordRequest(
  request: ModelRequest,
  settings: Sampling,
  shape: Shape,
  { model, window, maxTokens }: { readonly model: string; readonly window: number; readonly maxTokens: number },
): WordedRequest {
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, keep_alive, think = false } = settings;
  return {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    ...(request.schema === null || shape.format === 'none' ? {} : { format: shape.format === 'json' ? 'json' : request.schema }),
    ...(shape.think ? { think } : {}),
    ...(shape.truncate ? { truncate: false } : {}),
    ...(keep_alive === undefined ? {} : { keep_alive }),
    options: { num_ctx: window, num_predict: maxTokens, temperature, seed, ...(top_p === undefined ? {} : { top_p }) },
  };
}
