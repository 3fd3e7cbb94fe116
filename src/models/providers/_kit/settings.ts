import { z } from 'zod';
import { readServerAddress } from '#lib/server-address.ts';
import { callSettings } from '#model/call-settings.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';

/** Where a key is, never the key itself. */
const REFERENCE = /^(env|secret):[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Headers that are ours or the connection's to set, and those in which a login travels: https://fetch.spec.whatwg.org/#forbidden-request-header
 */
const REFUSED_HEADERS =
  /^(authorization|cookie|cookie2|set-cookie|host|connection|keep-alive|content-.*|transfer-encoding|te|trailer|upgrade|expect|accept(-.*)?|date|via|origin|referer|access-control-.*|proxy-.*|sec-.*|user-agent|x-forwarded-.*|forwarded)$/i;

/** Names of headers that carry keys. */
const KEY_HEADERS = /key|token|secret|password|passwd|auth|credential|signature|session/i;

const headersSchema = z.record(z.string(), z.string().max(2000)).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    const problem = faultOfHeader(name, value);
    if (problem !== null) context.addIssue({ code: 'custom', path: [name], message: problem });
  }
});

function faultOfHeader(name: string, value: string): string | null {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name)) return 'is no name of a header';
  if (REFUSED_HEADERS.test(name)) return 'is set by Aegis itself; a key goes into api_key';
  if (REFERENCE.test(value)) return null;
  if (KEY_HEADERS.test(name)) return 'must name where the key is, as env:NAME, and never be the key itself';
  return /^[\x20-\x7e]*$/.test(value) ? null : 'holds characters that no header has';
}

/** Addresses are shown, exported and logged. Azure's carries a version, which is no key. */
function holdsKey(text: string): boolean {
  const query = URL.canParse(text) ? [...new URL(text).searchParams.keys()] : [];
  return query.some((name) => name !== 'api-version');
}

/** Settings that every provider of a model server has. */
export const serverSettings = {
  base_url: z
    .string()
    .refine((text) => /^https?:\/\//i.test(text) && readServerAddress(text)?.authorization === null, {
      error: 'must be an http:// or https:// address without user name and password',
    })
    .refine((text) => !holdsKey(text), { error: 'may hold no key: name it with api_key' })
    .optional()
    .meta({ description: 'Address of the model server.' }),
  api_key: z
    .string()
    .regex(REFERENCE, { error: 'must name where the key is, as env:NAME, and never be the key itself' })
    .optional()
    .meta({ description: 'Where the key is: env:NAME, or secret:NAME for a stored one.' }),
  temperature: z.number().min(0).max(2).optional().meta({ description: 'Randomness; 0 by default.' }),
  top_p: z.number().gt(0).max(1).optional().meta({ description: 'Share of the likeliest tokens that are sampled from.' }),
  seed: z.number().int().optional().meta({ description: 'Seed of the sampling, so that the same chunk gets the same answer.' }),
  max_tokens: z
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: 'Room for the answer in tokens; overrides what the role asks for.' }),
  headers: headersSchema.optional().meta({
    description: 'Further headers for a gateway in front of the server, by name; a value may be env:NAME.',
  }),
  ...callSettings,
};

/** Sampling that repeats itself, where nobody says otherwise. The number is arbitrary and must never change. */
export const STEADY = { temperature: 0, seed: 7 } as const;

/** The entry's settings, checked. Throws `InputError` with every problem in one sentence. */
export function readSettings<T>(schema: z.ZodType<T>, entry: Pick<ModelEntry, 'model_id' | 'settings'>): T {
  const read = schema.safeParse(entry.settings);
  if (read.success) return read.data;
  const problems = read.error.issues.map((issue) => `${['settings', ...issue.path].join('.')}: ${issue.message}`);
  throw new InputError(`The model ${entry.model_id} has wrong settings: ${problems.join('; ')}`, { hint: 'Mend its settings.' });
}
