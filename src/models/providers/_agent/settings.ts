import { z } from 'zod';
import { serverSettings } from '../_kit/settings.ts';
import { environmentSchema } from '../_process/child-environment.ts';

const argvSchema = z.array(z.string().max(4_000)).min(1).max(200);

export const agentSettings = z.strictObject({
  command: argvSchema.optional().meta({
    description:
      'Program and arguments, run without a shell. The prompt is on standard input, or where an argument is `{prompt_file}`, in that file. `{base}` is the folder of this configuration. A known agent has its own.',
  }),
  model: z.string().min(1).max(200).optional().meta({ description: 'The model that a known agent is to use.' }),
  answer_at: z
    .string()
    .regex(/^(\/[^/]*)*$/, { error: 'must be a JSON pointer, as /result' })
    .optional()
    .meta({ description: 'Where in the JSON that it prints the answer is, as a JSON pointer: /result.' }),
  version_command: argvSchema.optional().meta({
    description: 'Prints the version of a command of your own: its answers are then kept until it changes.',
  }),
  env: environmentSchema.optional(),
  files: z.boolean().optional().meta({ description: 'Put the changed files below files/ where it starts; on by default.' }),
  keep_home: z.boolean().optional().meta({
    description: 'Let it see your home folder, where its login may be. By default it gets an empty one, and its key by env.',
  }),
  max_output: z
    .number()
    .int()
    .min(1_000)
    .max(200_000_000)
    .optional()
    .meta({ description: 'Bytes that it may print; 10 million by default.' }),
  max_tokens: serverSettings.max_tokens,
  price: serverSettings.price,
  concurrency: serverSettings.concurrency,
});
export type AgentSettings = z.infer<typeof agentSettings>;
