import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toGrammarSchema } from './grammar-schema.ts';

describe('toGrammarSchema', () => {
  it.each([
    {
      name: 'says anyOf as oneOf, which is what a field that may be null is',
      schema: { type: 'object', properties: { fix: { anyOf: [{ type: 'string' }, { type: 'null' }] } } },
      becomes: { properties: { fix: { oneOf: [{ type: 'string' }, { type: 'null' }] } }, additionalProperties: false },
    },
    {
      name: 'keeps a field of two types',
      schema: z.toJSONSchema(z.strictObject({ cwe: z.string().nullable() })),
      becomes: { properties: { cwe: { type: ['string', 'null'] } } },
    },
    { name: 'keeps a list of types', schema: { type: ['string', 'null'] }, becomes: { type: ['string', 'null'] } },
    { name: 'keeps values', schema: z.toJSONSchema(z.enum(['low', 'high'])), becomes: { enum: ['low', 'high'] } },
    { name: 'leaves bounds of numbers out', schema: { type: 'number', minimum: 0, maximum: 1 }, becomes: { type: 'number' } },
    {
      name: 'keeps lengths',
      schema: { type: 'array', items: { type: 'string', maxLength: 9 }, maxItems: 2 },
      becomes: { items: { type: 'string', maxLength: 9 }, maxItems: 2 },
    },
    { name: 'keeps a list of anything', schema: { type: 'array' }, becomes: { type: 'array' } },
    {
      name: 'keeps an object of anything',
      schema: { type: 'object', additionalProperties: true },
      becomes: { additionalProperties: true },
    },
  ])('$name', ({ schema, becomes }) => expect(toGrammarSchema(schema as Record<string, unknown>)).toMatchObject(becomes));

  it.each([
    { name: 'no type', schema: {} },
    { name: 'allOf', schema: { allOf: [{ type: 'string' }] } },
    { name: 'a field of no type', schema: { type: 'object', properties: { a: {} } } },
    { name: 'a reference', schema: { type: 'array', items: { $ref: '#/$defs/a' } } },
    { name: 'a choice with an unknown part', schema: { anyOf: [{ type: 'string' }, { not: {} }] } },
  ])('has no words for $name', ({ schema }) => expect(toGrammarSchema(schema)).toBeNull());
});
