import type { GenerateContentConfig, GenerateContentParameters, ThinkingLevel } from '@google/genai';
import type { ModelRequest } from '#ports/provider.ts';
import { STEADY } from '../_kit/settings.ts';
import type { Shape } from './request-shape.ts';

/** The settings that shape a request. */
interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly seed?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly thinking_budget?: number | undefined;
  readonly thinking_level?: 'minimal' | 'low' | 'medium' | 'high' | undefined;
}

/** Models that reason where nothing is said of it: https://ai.google.dev/gemini-api/docs/thinking */
const REASONS_UNASKED = /gemini-(2\.5|[3-9]|\d\d)|gemini-(pro|flash)-latest/;
const REASONING_ROOM = 8192;

/** A request of the Gemini API, built as `shape` says: https://ai.google.dev/api/generate-content */
export function wordRequest(model: string, request: ModelRequest, sampling: Sampling, shape: Shape): GenerateContentParameters {
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, max_tokens = request.maxTokens } = sampling;
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const user = request.messages.filter(({ role }) => role !== 'system').map(({ content }) => content);
  // Reasoning is counted against the limit; the answer keeps its room beside it.
  const wanted = max_tokens + reasoningRoom(model, sampling);
  return {
    model,
    contents: [{ role: 'user', parts: (shape.system ? user : [...system, ...user]).map((text) => ({ text })) }],
    config: {
      ...(shape.system && system.length > 0 ? { systemInstruction: { parts: system.map((text) => ({ text })) } } : {}),
      maxOutputTokens: shape.cap === null ? wanted : Math.min(wanted, shape.cap),
      ...(shape.sampling ? { temperature, ...(top_p === undefined ? {} : { topP: top_p }) } : {}),
      ...(shape.seed ? { seed } : {}),
      ...wordThinking(sampling, shape),
      ...wordFormat(request.schema, shape),
    },
  };
}

function reasoningRoom(model: string, { thinking_budget }: Sampling): number {
  if (thinking_budget !== undefined && thinking_budget >= 0) return thinking_budget;
  return REASONS_UNASKED.test(model) || thinking_budget === -1 ? REASONING_ROOM : 0;
}

function wordThinking({ thinking_budget, thinking_level }: Sampling, { thinking }: Shape): Pick<GenerateContentConfig, 'thinkingConfig'> {
  if (!thinking || (thinking_budget === undefined && thinking_level === undefined)) return {};
  return {
    thinkingConfig: {
      ...(thinking_budget === undefined ? {} : { thinkingBudget: thinking_budget }),
      // The package's enum is not loaded for its four words.
      ...(thinking_level === undefined ? {} : { thinkingLevel: thinking_level.toUpperCase() as ThinkingLevel }),
    },
  };
}

function wordFormat(
  schema: ModelRequest['schema'],
  { structured }: Shape,
): Pick<GenerateContentConfig, 'responseMimeType' | 'responseJsonSchema'> {
  if (schema === null || structured === 'none') return {};
  return { responseMimeType: 'application/json', ...(structured === 'schema' ? { responseJsonSchema: schema } : {}) };
}
