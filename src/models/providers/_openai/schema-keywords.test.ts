import { describe, expect, it } from 'vitest';
import { withoutKeywords } from './schema-keywords.ts';

describe('a schema without some keywords', () => {
  it.each([
    {
      name: 'loses them at every depth',
      schema: { type: 'array', maxItems: 3, items: { type: 'number', maximum: 1 } },
      left: { type: 'array', items: { type: 'number' } },
    },
    {
      name: 'keeps fields that are called like them',
      schema: { properties: { maximum: { type: 'number', maximum: 9 } }, required: ['maximum'] },
      left: { properties: { maximum: { type: 'number' } }, required: ['maximum'] },
    },
    {
      name: 'keeps values that look like them',
      schema: { enum: [{ maximum: 1 }], const: { maxItems: 1 } },
      left: { enum: [{ maximum: 1 }], const: { maxItems: 1 } },
    },
    {
      name: 'loses them within alternatives',
      schema: { anyOf: [{ maximum: 1 }, { type: 'null' }] },
      left: { anyOf: [{}, { type: 'null' }] },
    },
  ])('$name', ({ schema, left }) => expect(withoutKeywords(schema, ['maximum', 'maxItems'])).toEqual(left));
});
