import { z } from 'zod';
import { valueAt } from './yaml-path.ts';

/** Longest schema, in characters of JSON: it is part of every prompt of its role. */
const LONGEST = 10_000;

/**
 * What is wrong with the JSON Schema of a custom role's answer, as the rest of a sentence that begins with its key; null
 * where it can be used. The schema comes from a repository, so patterns are refused: matching one can take for ever.
 */
export function checkRoleSchema(schema: Readonly<Record<string, unknown>>): string | null {
  if ('type' in schema && schema['type'] !== 'object') return 'must describe a mapping: `type: object`';
  const text = JSON.stringify(schema);
  if (text.length > LONGEST) return `must have at most ${LONGEST} characters`;
  if (/"(pattern|patternProperties)":/.test(text)) return 'must not use `pattern` or `patternProperties`';
  // What a part refers to is looked up when an answer is read: too late to tell.
  const [, lost] =
    [...text.matchAll(/"\$ref":"#\/([^"]*)"/g)].find(([, path = '']) => valueAt(schema, path.split('/')) === undefined) ?? [];
  if (lost !== undefined) return `refers to \`#/${lost}\`, which it does not have`;
  try {
    // Without its type a schema would be looked at no further.
    z.fromJSONSchema({ ...schema, type: 'object' } as z.core.JSONSchema.JSONSchema);
    return null;
  } catch (error) {
    return `is no JSON Schema that Aegis can hold an answer to (${error instanceof Error ? error.message : 'it cannot be read'})`;
  }
}
