import { z } from 'zod';
import { coversSchema, roleSchema } from '#model/model-entry.ts';
import { nearest } from './nearest.ts';

/** The registered parts that a definition may name. */
interface NamedParts {
  readonly providers: readonly { readonly type: string }[];
  readonly parsers: readonly { readonly id: string; readonly aliases: readonly string[] }[];
}

const LONGEST_TIMEOUT_MS = 60 * 60 * 1000;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const DURATION_WORDS = 'must be a time such as `60s`, `2m` or a number of seconds, up to 60 minutes';

/** Reads `60s`, `2m`, `500ms`, `90` (seconds) into milliseconds; null for anything else. */
export function readDuration(value: string | number): number | null {
  const [, amount, unit] = DURATION.exec(String(value).trim()) ?? [];
  if (amount === undefined) return null;
  const ms = Math.round(Number(amount) * (UNIT_MS[unit ?? 's'] ?? 1000));
  return ms > 0 && ms <= LONGEST_TIMEOUT_MS ? ms : null;
}

const durationSchema = z.union([z.string(), z.number()]).transform((value, ctx): number => {
  const ms = readDuration(value);
  if (ms !== null) return ms;
  ctx.addIssue({ code: 'custom', message: DURATION_WORDS });
  return z.NEVER;
});

/** How a key is named in a file: never by its value, because a file is read by many. */
const apiKeySchema = z
  .string()
  .regex(
    /^(env|secret):[A-Za-z_][A-Za-z0-9_]*$/,
    'must name where the key is kept, as `env:NAME` or `secret:NAME`; the key itself never stands in this file',
  );

/** A parser of the user's own: a module and the name of what it exports. */
export const CUSTOM_PARSER = /^[^#\s]+#[A-Za-z_$][\w$]*$/;

/**
 * A model as people write it: inline in `.aegis.yml`, and in the document of the registry, so that it can be copied from
 * one to the other. What it leaves out comes from its provider's defaults.
 */
export function modelDefinition(known: NamedParts) {
  const parsers = known.parsers.flatMap(({ id, aliases }) => [id, ...aliases]);
  return z
    .strictObject({
      id: z.string().min(1).max(200).meta({ description: 'Name of the model in this file and in the results.' }),
      provider: z.enum(known.providers.map(({ type }) => type)).meta({ description: 'Through which provider the model is called.' }),
      model: z.string().min(1).max(300).meta({ description: 'What the provider calls the model.' }),
      base_url: z
        .string()
        .regex(/^https?:\/\/\S+$/, 'must be an address that begins with `http://` or `https://`')
        .optional()
        .meta({ description: "Address of the model's server. Default: the provider's own, or what the environment says." }),
      api_key: apiKeySchema.optional().meta({
        description:
          'Where the key is kept: `env:NAME` for an environment variable of the process that runs Aegis, `secret:NAME` for a stored one. Never the key itself.',
      }),
      roles: z.array(roleSchema).min(1).optional().meta({ description: "What the model is asked to do. Default: the provider's." }),
      parser: z
        .union([z.enum(parsers), z.string().regex(CUSTOM_PARSER, { error: ({ input }) => noParser(input, parsers) })])
        .optional()
        .meta({ description: "How the model's answer is read. Default: the provider's." }),
      parser_config: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: "The parser's own settings, such as `labels` and `threshold`." }),
      weight: z.number().min(0).max(1000).default(1).meta({ description: "The model's say in a weighted vote." }),
      timeout: durationSchema
        .optional()
        .meta({ description: 'Longest time for one call with its retries: `60s`, `2m`, or a number of seconds.' }),
      family: z.string().min(1).max(100).optional().meta({ description: 'Models of one family share training data and mistakes.' }),
      covers: coversSchema
        .optional()
        .meta({ description: 'What the model can see: `all`, or the languages it knows and the weaknesses it looks for.' }),
      settings: z.record(z.string(), z.unknown()).default({}).meta({ description: "The provider's own settings, such as `temperature`." }),
    })
    .meta({ description: 'An inline definition of a model.' });
}

function noParser(word: unknown, parsers: readonly string[]): string {
  const near = nearest(String(word), parsers);
  return `must be a known parser, or \`module#export\`${near === null ? '' : `; did you mean \`${near}\`?`}`;
}

export type ModelDefinition = z.output<ReturnType<typeof modelDefinition>>;
