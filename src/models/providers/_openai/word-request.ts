import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { ModelRequest } from '#ports/provider.ts';
import { STEADY } from '../_kit/settings.ts';
import type { Shape } from './request-shape.ts';

/** The settings that shape a request. */
interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly reasoning_effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | undefined;
}

/** A chat request in the server's words, built as `shape` says. */
export function wordRequest(
  model: string,
  request: ModelRequest,
  sampling: Sampling,
  shape: Shape,
): ChatCompletionCreateParamsNonStreaming {
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, max_tokens, reasoning_effort } = sampling;
  const wanted = max_tokens ?? request.maxTokens;
  const limit = shape.limits[0];
  return {
    model,
    messages: wordMessages(request, shape),
    ...(limit === undefined ? {} : { [limit]: shape.cap === null ? wanted : Math.min(wanted, shape.cap) }),
    ...(shape.temperature ? { temperature } : {}),
    ...(shape.seed ? { seed } : {}),
    ...(shape.topP && top_p !== undefined ? { top_p } : {}),
    ...(reasoning_effort === undefined ? {} : { reasoning_effort }),
    ...wordFormat(request, shape),
  };
}

function wordMessages(request: ModelRequest, shape: Shape): ChatCompletionCreateParamsNonStreaming['messages'] {
  if (shape.system) return request.messages.map(({ role, content }) => ({ role, content }));
  return [{ role: 'user', content: request.messages.map(({ content }) => content).join('\n\n') }];
}

function wordFormat(
  { role, schema }: ModelRequest,
  { structured }: Shape,
): Pick<ChatCompletionCreateParamsNonStreaming, 'response_format'> {
  if (schema === null || structured === 'none') return {};
  if (structured === 'object') return { response_format: { type: 'json_object' } };
  const name = `aegis_${role.replaceAll(/\W/g, '_')}`;
  return { response_format: { type: 'json_schema', json_schema: { name, schema, strict: structured === 'strict' } } };
}
