import { expect, it } from 'vitest';
import { checkRoleSchema } from './role-schema.ts';

it.each([
  { name: 'anything', schema: {} },
  { name: 'an object with keys', schema: { type: 'object', properties: { owner: { type: 'string' } }, required: ['owner'] } },
  {
    name: 'a part that is named in it',
    schema: { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'number' } } },
  },
  { name: 'a key that is called like a keyword is refused only as a keyword', schema: { properties: { patterns: { type: 'string' } } } },
])('takes $name', ({ schema }) => expect(checkRoleSchema(schema)).toBeNull());

it.each([
  { schema: { type: 'array', items: { type: 'string' } }, told: /must describe a mapping/ },
  { schema: { type: 'object', properties: { a: { type: 'strnig' } } }, told: /Unsupported type: strnig/ },
  { schema: { properties: { a: { type: 'strnig' } } }, told: /Unsupported type: strnig/ },
  { schema: { type: 'object', properties: { a: { $ref: 'https://example.com/a.json' } } }, told: /External \$ref/ },
  { schema: { properties: { a: { $ref: '#/$defs/gone' } } }, told: /refers to `#\/\$defs\/gone`/ },
  { schema: { properties: { a: { type: 'string', pattern: '(a+)+$' } } }, told: /must not use `pattern`/ },
  { schema: { patternProperties: { '(a+)+$': {} } }, told: /must not use `pattern`/ },
  { schema: { description: 'x'.repeat(20_000) }, told: /at most 10000 characters/ },
])('refuses $told', ({ schema, told }) => expect(checkRoleSchema(schema)).toMatch(told));
