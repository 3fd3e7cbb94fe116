import { describe, expect, it } from 'vitest';
import { createLearner } from '../_kit/quirks.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { firstShape, QUIRKS, type Shape } from './request-shape.ts';

/** Refusals as servers word them, and what the next request does without. */
const REFUSALS: readonly { name: string; status?: number; body: unknown; next: Partial<Shape> }[] = [
  {
    name: 'OpenAI of max_tokens',
    body: openai(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
    ),
    next: { limits: ['max_completion_tokens'] },
  },
  {
    name: 'OpenAI of a limit that is too large',
    body: openai(
      'max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.',
      'max_tokens',
    ),
    next: { cap: 16_384 },
  },
  {
    name: 'Groq of a limit that is too large',
    body: openai(
      '`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window`',
      null,
    ),
    next: { cap: 8192 },
  },
  {
    name: 'OpenAI of the temperature',
    body: openai(
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      'temperature',
    ),
    next: { temperature: false },
  },
  { name: 'a gateway of the temperature', body: { message: '`temperature` is deprecated for this model.' }, next: { temperature: false } },
  {
    name: 'Mistral of the seed',
    status: 422,
    body: { detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted', input: 7 }] },
    next: { seed: false },
  },
  {
    name: 'Google of the seed',
    body: [
      {
        error: { code: 400, message: 'Invalid JSON payload received. Unknown name "seed": Cannot find field.', status: 'INVALID_ARGUMENT' },
      },
    ],
    next: { seed: false },
  },
  {
    name: 'o1-preview of the system message',
    body: openai("Unsupported value: 'messages[0].role' does not support 'system' with this model.", 'messages[0].role'),
    next: { system: false },
  },
  { name: 'a Gemma template of the system message', status: 500, body: openai('System role not supported', null), next: { system: false } },
  {
    name: 'Google of the system message',
    body: openai('Developer instruction is not enabled for models/gemma-3-27b-it', null),
    next: { system: false },
  },
  {
    name: 'OpenAI of a schema that is not strict',
    body: openai("Invalid schema for response_format 'x': In context=(), 'required' is required to be supplied", 'response_format'),
    next: { structured: 'schema' },
  },
  {
    name: 'DeepSeek of response_format',
    body: openai('This response_format type is unavailable now', null),
    next: { structured: 'schema' },
  },
  {
    name: 'Groq of an answer that broke the schema',
    body: openai('Failed to generate JSON.', null, 'json_validate_failed'),
    next: { structured: 'schema' },
  },
  {
    name: 'LM Studio of response_format',
    body: { error: "'response_format.type' must be 'json_schema' or 'text'" },
    next: { structured: 'schema' },
  },
];

describe('quirks of servers in OpenAI’s form', () => {
  it.each(REFUSALS)('learns from the refusal by $name', async ({ status = 400, body, next }) => {
    const first = firstShape('http://localhost:1234/v1');
    const tried: Shape[] = [];
    const learn = createLearner(first, QUIRKS);
    await learn(async (shape) => {
      tried.push(shape);
      if (tried.length === 1) throw new StatusFault(status, JSON.stringify(body), new Headers());
    });
    expect(tried[1]).toEqual({ ...first, ...next });
  });

  it.each([
    {
      name: 'a prompt that is too long',
      body: openai("This model's maximum context length is 8192 tokens, and max_tokens is 512", 'max_tokens', 'context_length_exceeded'),
    },
    { name: 'something else', body: openai('The moon is in the wrong house', null) },
    { name: 'a fault that is not about the request', status: 429, body: openai('Rate limit for temperature readings', 'temperature') },
  ])('learns nothing from $name', async ({ status = 400, body }) => {
    let calls = 0;
    const learn = createLearner(firstShape('https://api.openai.com/v1'), QUIRKS);
    const fault = new StatusFault(status, JSON.stringify(body), new Headers());
    await expect(
      learn(async () => {
        calls += 1;
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(calls).toBe(1);
  });

  it('ends on a server that refuses whatever is tried', async () => {
    let calls = 0;
    const learn = createLearner(firstShape('http://localhost/v1'), QUIRKS);
    await expect(
      learn(async () => {
        calls += 1;
        throw new StatusFault(400, 'max_tokens temperature seed top_p system role response_format', new Headers());
      }),
    ).rejects.toBeInstanceOf(StatusFault);
    expect(calls).toBeLessThanOrEqual(11);
  });

  it.each([
    { url: 'https://api.openai.com/v1', first: 'max_completion_tokens' },
    { url: 'https://x.openai.azure.com/openai/v1', first: 'max_completion_tokens' },
    { url: 'https://openai.com.evil.example/v1', first: 'max_tokens' },
    { url: 'http://localhost:8000/v1', first: 'max_tokens' },
  ])('begins at $url with $first', ({ url, first }) => expect(firstShape(url).limits[0]).toBe(first));
});

function openai(message: string, param: string | null, code: string | null = null) {
  return { error: { message, type: 'invalid_request_error', param, code } };
}
