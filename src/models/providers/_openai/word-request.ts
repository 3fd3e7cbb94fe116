import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions';
import type { ModelRequest } from '#ports/provider.ts';
import { measurePrompt } from '../_kit/prompt-cut.ts';
import { STEADY } from '../_kit/settings.ts';
import { LEAST_ROOM, nearestEffort } from './parameter-quirks.ts';
import type { Shape } from './request-shape.ts';
import { withoutKeywords } from './schema-keywords.ts';

/** The settings that shape a request. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly reasoning_effort?: string | undefined;
}

/** The smallest temperature that servers tell from 0. */
const COLDEST = 0.01;

/** Tokenizers count up to a fifth more than we do. */
const MARGIN = 1.2;

/** A chat request in the server's words, built as `shape` says. */
export function wordRequest(
  model: string,
  request: ModelRequest,
  sampling: Sampling,
  shape: Shape,
  streamed: boolean,
): ChatCompletionCreateParamsBase {
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, reasoning_effort } = sampling;
  const limit = shape.limits[0];
  const effort = reasoning_effort === undefined ? null : wordEffort(reasoning_effort, shape);
  return {
    model,
    messages: wordMessages(request, shape) as ChatCompletionCreateParamsBase['messages'],
    ...(limit === undefined ? {} : { [limit]: boundAnswer(request, sampling.max_tokens ?? request.maxTokens, shape) }),
    ...(shape.temperature === 'none' ? {} : { temperature: shape.temperature === 'asked' ? temperature : Math.max(temperature, COLDEST) }),
    ...(shape.seed ? { seed } : {}),
    ...(shape.topP && top_p !== undefined ? { top_p } : {}),
    ...(effort === null ? {} : { reasoning_effort: effort as NonNullable<ChatCompletionCreateParamsBase['reasoning_effort']> }),
    ...(streamed ? { stream: true, ...(shape.streamOptions ? { stream_options: { include_usage: true } } : {}) } : {}),
    ...wordFormat(request, shape),
  };
}

function boundAnswer({ messages }: ModelRequest, wanted: number, { cap, window }: Shape): number {
  const room = window === null ? wanted : Math.max(LEAST_ROOM, window - Math.ceil(measurePrompt(messages).likely * MARGIN));
  return Math.min(wanted, room, cap ?? wanted);
}

function wordEffort(asked: string, { effort }: Shape): string | null {
  return effort === null || effort === 'asked' ? (effort === null ? null : asked) : nearestEffort(asked, effort);
}

type Worded = { readonly role: Shape['system']; readonly content: string };

function wordMessages(request: ModelRequest, shape: Shape) {
  const said: Worded[] = request.messages.map(({ role, content }) => ({ role: role === 'system' ? shape.system : role, content }));
  if (shape.jsonWord) said.push({ role: 'user', content: 'Answer in JSON.' });
  // Instructions that became the user's would be two messages of one role.
  const merged = shape.alternating || shape.system === 'user' || shape.jsonWord ? mergeRuns(said) : said;
  return merged.map(({ role, content }) => ({ role, content: shape.parts ? [{ type: 'text', text: content }] : content }));
}

function mergeRuns(messages: readonly Worded[]): readonly Worded[] {
  const merged: Worded[] = [];
  for (const { role, content } of messages) {
    const last = merged.at(-1);
    if (last?.role === role) merged[merged.length - 1] = { role, content: `${last.content}\n\n${content}` };
    else merged.push({ role, content });
  }
  return merged;
}

/** What wordFormat builds, of which the package knows the first two. */
type Format = Pick<ChatCompletionCreateParamsBase, 'response_format'>;

function wordFormat({ role, schema }: ModelRequest, { structured, withoutKeywords: keywords }: Shape): Format {
  if (schema === null || structured === 'none') return {};
  if (structured === 'object') return { response_format: { type: 'json_object' } };
  const sent = withoutKeywords(schema, keywords);
  if (structured === 'value')
    return { response_format: { type: 'json', value: sent } as unknown as NonNullable<Format['response_format']> };
  const name = `aegis_${role.replaceAll(/\W/g, '_')}`;
  return {
    response_format: { type: 'json_schema', json_schema: { name, schema: sent, ...(structured === 'strict' ? { strict: true } : {}) } },
  };
}
