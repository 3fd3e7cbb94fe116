import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import type { ModelRequest } from '#ports/provider.ts';
import { STEADY } from '../_kit/settings.ts';
import type { Shape } from './request-shape.ts';

/** The settings that shape a request. */
interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly thinking_budget?: number | undefined;
  readonly effort?: 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined;
}

/** The package’s types have lost the sampling that older models take. */
type Body = Omit<MessageCreateParams, 'stream'> & { readonly temperature?: number; readonly top_p?: number };

/** The tool that stands for an answer where the model has no structured output. */
const ANSWER_TOOL = 'answer';

/** Models that reason where nothing is said of it: https://platform.claude.com/docs/en/models/sonnet-5-5/migration-guide */
const REASONS_UNASKED = /claude-(fable|mythos|[a-z]+-([5-9]|\d\d)(\D|$))/;
const REASONING_ROOM = 8192;

/** A request of the Messages API, built as `shape` says: https://platform.claude.com/docs/en/api/messages */
export function wordRequest(model: string, request: ModelRequest, sampling: Sampling, shape: Shape): Body {
  const { max_tokens = request.maxTokens, thinking_budget } = sampling;
  const thinks = thinking_budget !== undefined && shape.thinking !== 'none';
  // Reasoning is counted against the limit; the answer keeps its room beside it.
  const wanted = max_tokens + (thinks ? thinking_budget : REASONS_UNASKED.test(model) ? REASONING_ROOM : 0);
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return {
    model,
    max_tokens: shape.cap === null ? wanted : Math.min(wanted, shape.cap),
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    messages: request.messages.filter(({ role }) => role !== 'system').map(({ content }) => ({ role: 'user' as const, content })),
    ...(thinks ? wordThinking(thinking_budget, shape) : wordSampling(sampling, shape)),
    ...wordFormat(request.schema, sampling, shape, thinks),
  };
}

function wordThinking(budget_tokens: number, { thinking }: Shape): Pick<Body, 'thinking'> {
  return { thinking: thinking === 'adaptive' ? { type: 'adaptive' } : { type: 'enabled', budget_tokens } };
}

/** Reasoning takes no sampling beside it. Of both, only what somebody set: newer models refuse both together. */
function wordSampling({ temperature, top_p }: Sampling, shape: Shape): Pick<Body, 'temperature' | 'top_p'> {
  const steady = temperature ?? (top_p === undefined || !shape.topP ? STEADY.temperature : undefined);
  return {
    ...(shape.temperature && steady !== undefined ? { temperature: steady } : {}),
    ...(shape.topP && top_p !== undefined ? { top_p } : {}),
  };
}

function wordFormat(
  schema: ModelRequest['schema'],
  { effort }: Sampling,
  shape: Shape,
  thinks: boolean,
): Pick<Body, 'output_config' | 'tools' | 'tool_choice'> {
  const asked = shape.effort && effort !== undefined ? { effort } : {};
  if (schema !== null && shape.structured === 'format')
    return { output_config: { ...asked, format: { type: 'json_schema', schema: { ...schema } } } };
  const config = effort === undefined || !shape.effort ? {} : { output_config: asked };
  // A tool cannot be forced upon a model that reasons first: then the prompt alone asks for the form.
  if (schema === null || shape.structured === 'none' || thinks) return config;
  return {
    ...config,
    tools: [{ name: ANSWER_TOOL, description: 'Give the answer.', input_schema: { ...schema, type: 'object' } }],
    tool_choice: { type: 'tool', name: ANSWER_TOOL },
  };
}
