import { z } from 'zod';
import { serverSettings } from '../_kit/settings.ts';
import { environmentSchema } from '../_process/child-environment.ts';

const argvSchema = z.array(z.string().min(1).max(4_000)).min(1).max(200);

/** What a custom command prints. */
export const FORMATS = ['sarif', 'json', 'lines', 'xml'] as const;

export const toolSettings = z.strictObject({
  command: argvSchema.optional().meta({
    description:
      'Program and arguments, run without a shell. `{files}` is each changed file, `{folder}` the folder that holds them, `{base}` the folder of this configuration. A known tool has its own.',
  }),
  args: z
    .array(z.string().max(4_000))
    .max(200)
    .optional()
    .meta({ description: 'Further arguments of a known tool: `[--config, "{base}/rules.yml"]` for semgrep.' }),
  format: z.enum(FORMATS).optional().meta({ description: 'What a command of your own prints; sarif by default.' }),
  exit_codes: z
    .array(z.number().int().min(0).max(255))
    .min(1)
    .optional()
    .meta({ description: 'Exit codes that are no fault; 0 and 1 by default.' }),
  version_command: argvSchema.optional().meta({
    description: 'Prints the version of a command of your own: its answers are then kept until it changes.',
  }),
  cwe_map: z
    .record(z.string(), z.string().regex(/^CWE-[1-9]\d{0,3}$/, { error: 'must be written as CWE-89' }))
    .optional()
    .meta({ description: 'Weaknesses by the tool’s rules, before what the tool says: { B608: CWE-89 }.' }),
  env: environmentSchema.optional(),
  max_output: z
    .number()
    .int()
    .min(1_000)
    .max(200_000_000)
    .optional()
    .meta({ description: 'Bytes that it may print; 10 million by default.' }),
  concurrency: serverSettings.concurrency,
});
export type ToolSettings = z.infer<typeof toolSettings>;
