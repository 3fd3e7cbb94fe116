import { isTooLarge } from '../_kit/describe-status.ts';
import { names, type Quirk } from '../_kit/quirks.ts';
import type { StatusFault } from '../_kit/status-fault.ts';
import type { Shape } from './request-shape.ts';

const LIMIT = 'max(_completion)?_tokens';

/** Parameters that a model does not take, or not with every value. */
export const PARAMETER_QUIRKS: readonly Quirk<Shape>[] = [
  {
    id: 'window-holds-prompt-and-answer',
    sentence: 'The answer limit must fit into the window beside the prompt; it is lowered for long prompts.',
    aboutLength: true,
    recognises: (fault, shape) => shape.window === null && readWindow(fault) !== null,
    value: readWindow,
    apply: (shape, value) => (isCount(value) ? { ...shape, window: value } : shape),
  },
  {
    id: 'largest-answer-limit',
    sentence: 'The server names a largest answer limit, which is kept.',
    aboutLength: true,
    recognises: (fault, shape) => {
      const cap = largest(fault.said);
      const isMeant = !isTooLarge(fault) || /max(_completion)?_tokens\W{0,4}must be (<=|less)/i.test(fault.said);
      return isMeant && names(fault, LIMIT) && cap !== null && (shape.cap === null || cap < shape.cap);
    },
    value: ({ said }) => largest(said),
    apply: (shape, value) => (isCount(value) ? { ...shape, cap: value } : shape),
  },
  ...(['max_tokens', 'max_completion_tokens'] as const).map(
    (limit): Quirk<Shape> => ({
      id: `no-${limit.replaceAll('_', '-')}`,
      sentence: `The server takes no \`${limit}\`: the answer is bounded by the other name, or not at all.`,
      // OpenAI's refusal of one name suggests the other: which one was sent decides.
      recognises: (fault, shape) => shape.limits[0] === limit && names(fault, LIMIT),
      apply: (shape) => ({ ...shape, limits: shape.limits.filter((name) => name !== limit) }),
    }),
  ),
  {
    id: 'temperature-or-top-p',
    sentence: 'The model takes a temperature or `top_p`, not both: `top_p` is left out.',
    recognises: (fault, shape) =>
      shape.topP && names(fault, 'temperature') && names(fault, 'top_p') && /both|together|not.{0,20}same time|either/i.test(fault.said),
    apply: (shape) => ({ ...shape, topP: false }),
  },
  {
    id: 'temperature-above-zero',
    sentence: 'The temperature must be above 0; the smallest is sent.',
    recognises: (fault, shape) =>
      shape.temperature === 'asked' &&
      names(fault, 'temperature') &&
      /strictly positive|greater than 0(?!\.)|above 0|must be > ?0|non-?zero|open interval|\(0(\.0)?, ?\d/i.test(fault.said),
    apply: (shape) => ({ ...shape, temperature: 'above-zero' }),
  },
  {
    id: 'fixed-temperature',
    sentence: 'The temperature of the model is fixed; none is sent.',
    recognises: (fault, shape) => shape.temperature !== 'none' && names(fault, 'temperature'),
    apply: (shape) => ({ ...shape, temperature: 'none' }),
  },
  {
    id: 'no-seed',
    sentence: 'The server takes no `seed`: the same question may get another answer.',
    recognises: (fault, shape) => shape.seed && names(fault, '(random_)?seed'),
    apply: (shape) => ({ ...shape, seed: false }),
  },
  {
    id: 'no-top-p',
    sentence: 'The model takes no `top_p`.',
    recognises: (fault, shape) => shape.topP && names(fault, 'top_p'),
    apply: (shape) => ({ ...shape, topP: false }),
  },
  {
    id: 'other-reasoning-efforts',
    sentence: 'The model has other words for `reasoning_effort`; the nearest is sent.',
    recognises: (fault, shape) => shape.effort === 'asked' && names(fault, 'reasoning_effort') && offered(fault.said).length > 0,
    value: ({ said }) => offered(said).join(' '),
    apply: (shape, value) => (typeof value === 'string' ? { ...shape, effort: value } : shape),
  },
  {
    id: 'no-reasoning-effort',
    sentence: 'The model takes no `reasoning_effort`.',
    recognises: (fault, shape) =>
      shape.effort !== null && /reasoning([_.]| )effort|does not support.{0,20}(reasoning|thinking)/i.test(`${fault.param} ${fault.said}`),
    apply: (shape) => ({ ...shape, effort: null }),
  },
];

/** "This model supports at most 16384 completion tokens": the number, or null. */
function largest(said: string): number | null {
  const pattern =
    /(?:at most|maximum(?: value| allowed)?(?: of| is|:)?|(?:less|smaller|lower) than or equal to|<=|\[\s*\d+\s*,|(?:range|between).{0,30}?\d\s*(?:to|and|,|-)|cannot exceed|no more than|up to)\s*[`'"]?(\d{2,7})/i;
  // Anthropic: "max_tokens: 9000 > 4096, which is the maximum".
  const found = (/> ?(\d{2,7}), which is the maximum/.exec(said) ?? pattern.exec(said))?.[1];
  return found === undefined ? null : Number(found);
}

/**
 * vLLM: "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 8192 tokens
 * and your request has 500 input tokens". The window, where the prompt leaves some of it.
 */
function readWindow({ said }: StatusFault): number | null {
  const [, window, prompt] =
    /max_(?:completion_)?tokens.{0,40}too large.*?maximum context length is (\d+) tokens and your request has (\d+) input tokens/is.exec(
      said,
    ) ?? [];
  return window !== undefined && Number(prompt) + LEAST_ROOM <= Number(window) ? Number(window) : null;
}

/** An answer in less room than this is not worth a call, tokens. */
export const LEAST_ROOM = 256;

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/** "Supported values are: 'low', 'medium', and 'high'": these words. */
function offered(said: string): readonly string[] {
  const list =
    /(?:supported values are|must be one of|expected one of|(?:should|input) be|allowed values)\W*(.{1,160})/is.exec(said)?.[1] ?? '';
  return EFFORTS.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(list));
}

/** The word of `offers` (separated by spaces) that is nearest to the one asked for; of two, the one that thinks less. */
export function nearestEffort(asked: string, offers: string): string | null {
  const distance = (word: string) => Math.abs(EFFORTS.indexOf(word) - EFFORTS.indexOf(asked));
  const known = offers.split(' ').filter((word) => EFFORTS.includes(word));
  return known.toSorted((a, b) => distance(a) - distance(b) || EFFORTS.indexOf(a) - EFFORTS.indexOf(b))[0] ?? null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
