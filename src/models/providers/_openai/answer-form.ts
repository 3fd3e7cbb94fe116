import { z } from 'zod';

const piece = z.object({ type: z.string().nullish(), text: z.string().nullish(), refusal: z.string().nullish() });
const called = z.object({ arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish() });

/** A message, or what a part of a stream adds to it. */
const saidSchema = z.object({
  content: z.union([z.string(), z.array(piece), z.record(z.string(), z.unknown())]).nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  tool_calls: z.array(z.object({ index: z.number().nullish(), function: called.nullish() })).nullish(),
  function_call: called.nullish(),
});
export type Said = z.infer<typeof saidSchema>;

const usageSchema = z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() });

/**
 * A chat completion or one part of its stream. Only what is read, and leniently: servers add, leave out and null
 * fields as they like.
 */
export const answerForm = z.object({
  choices: z
    .array(
      z.object({
        index: z.number().nullish(),
        finish_reason: z.string().nullish(),
        message: saidSchema.nullish(),
        delta: saidSchema.nullish(),
        text: z.string().nullish(),
        error: z.unknown().optional(),
      }),
    )
    .nullish(),
  usage: usageSchema.nullish(),
  // Groq's streams count here: https://console.groq.com/docs/text-chat
  x_groq: z.object({ usage: usageSchema.nullish() }).nullish(),
  error: z.unknown().optional(),
});
