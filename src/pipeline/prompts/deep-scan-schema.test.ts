import { expect, it } from 'vitest';
import { answerSchemaFor } from './deep-scan-schema.ts';

/** Every object schema within a schema. */
function objectsIn(schema: unknown): Array<Record<string, unknown>> {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(objectsIn);
  return 'properties' in schema ? [schema as Record<string, unknown>, ...inner] : inner;
}

it.each([{ files: 1 }, { files: 2 }])('requires every property and allows no other, for $files files', ({ files }) => {
  const objects = objectsIn(answerSchemaFor(files));
  expect(objects).toHaveLength(2);
  for (const object of objects) {
    expect(object['additionalProperties']).toBe(false);
    expect(object['required']).toEqual(Object.keys(object['properties'] as object));
  }
});

it('asks for the path only where a chunk has several files', () => {
  const names = (files: number) => objectsIn(answerSchemaFor(files)).flatMap(({ properties }) => Object.keys(properties as object));
  expect(names(1)).toEqual([
    'findings',
    'needs',
    'title',
    'cwe',
    'severity',
    'confidence',
    'startLine',
    'endLine',
    'evidence',
    'message',
    'fix',
  ]);
  expect(names(2)).toEqual([...names(1), 'path']);
});

it('has no bounds that blow up grammars, and no $schema', () => {
  expect(JSON.stringify(answerSchemaFor(2))).not.toMatch(/minimum|maximum|\$schema/i);
});
