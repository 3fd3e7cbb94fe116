import { z } from 'zod';
import { nearest } from './nearest.ts';
import { plain, valueAt, type YamlPath } from './yaml-path.ts';

/** One thing that is wrong with a value, in words. */
export interface Fault {
  readonly path: YamlPath;
  /** `missing`: the key at the end of `path` is needed and not there. */
  readonly kind: 'value' | 'unknown-key' | 'missing';
  /** What is wrong, as the rest of a sentence that begins with the key. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
};

/** Puts what zod found into the words of a person who writes YAML. `value` is what was checked against `schema`. */
export function faultsOf(issues: readonly Issue[], value: unknown, schema: z.ZodType): Fault[] {
  return issues.flatMap((issue) => describe(issue, [], value, schema));
}

function describe(issue: Issue, prefix: YamlPath, root: unknown, schema: z.ZodType): Fault[] {
  const path: YamlPath = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  const value = valueAt(root, path);
  const fault = (message: string): Fault[] => [{ path, kind: 'value', message }];
  if (value === undefined && issue.code !== 'unrecognized_keys') return [{ path, kind: 'missing', message: 'is missing' }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const valid = keysAt(schema, path);
      return issue.keys.map((key) => ({ path: [...path, key], kind: 'unknown-key', message: unknownKey(key, valid) }));
    }
    case 'invalid_union':
      return describeUnion(issue, path, root, schema);
    case 'invalid_type':
      return fault(
        `must be ${NOUNS[issue.expected] ?? issue.expected}, but is ${typeof value === 'string' ? 'the text ' : ''}${show(value)}`,
      );
    case 'invalid_value':
      return fault(notOneOf(issue.values.map(String), value));
    case 'too_small':
      return fault(bound(issue.origin, 'at least', Number(issue.minimum), issue.inclusive === false, value));
    case 'too_big':
      return fault(bound(issue.origin, 'at most', Number(issue.maximum), issue.inclusive === false, value));
    case 'invalid_key':
      return fault(issue.issues[0]?.message ?? issue.message);
    case 'invalid_format':
    case 'custom':
      return fault(issue.message);
    default:
      return fault(`is not valid (${issue.message})`);
  }
}

/** The alternative that the writer had in mind is the one of the same shape; where none is, all are named. */
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>, path: YamlPath, root: unknown, schema: z.ZodType): Fault[] {
  const meant = issue.errors.find((errors) => !errors.some(({ code, path: inner }) => inner.length === 0 && code.startsWith('invalid_')));
  if (meant !== undefined) return meant.flatMap((inner) => describe(inner, path, root, schema));
  const value = valueAt(root, path);
  const expected = issue.errors.flatMap((errors) =>
    errors.flatMap((inner) =>
      inner.code === 'invalid_type'
        ? [NOUNS[inner.expected] ?? inner.expected]
        : inner.code === 'invalid_value'
          ? inner.values.map(tick)
          : [],
    ),
  );
  const values = issue.errors.flatMap((errors) =>
    errors.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : [])),
  );
  return [
    { path, kind: 'value', message: `must be ${listed([...new Set(expected)], 'or')}, but is ${show(value)}${meaning(value, values)}` },
  ];
}

function unknownKey(key: string, valid: readonly string[]): string {
  const near = nearest(key, valid);
  return `unknown key ${tick(key)}; ${near !== null ? `did you mean ${tick(near)}?` : `known here: ${valid.map(tick).join(', ')}`}`;
}

/** `must be `a` or `b`, but is `c`; did you mean `b`?` */
export function notOneOf(allowed: readonly string[], value: unknown): string {
  return `must be ${listed(allowed.map(tick), 'or')}, but is ${show(value)}${meaning(value, allowed)}`;
}

function meaning(value: unknown, allowed: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value, allowed) : null;
  return near === null ? '' : `; did you mean ${tick(near)}?`;
}

function bound(origin: string, words: 'at least' | 'at most', limit: number, exclusive: boolean, value: unknown): string {
  if (origin === 'string') return words === 'at least' ? 'must not be empty' : `must have at most ${limit} characters`;
  if (origin === 'array') return words === 'at least' && limit === 1 ? 'must not be an empty list' : `must have ${words} ${limit} entries`;
  const range = exclusive ? (words === 'at least' ? 'more than' : 'less than') : words;
  return `must be ${range} ${limit}, but is ${show(value)}`;
}

/** A value as a message shows it: one line, short, without control characters. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping of keys';
  return tick(String(value));
}

/** A word of the file in a message. */
export function tick(word: unknown): string {
  return `\`${plain(String(word))}\``;
}

function listed(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** The keys that the schema allows at a path. */
function keysAt(schema: z.core.$ZodType, path: YamlPath): string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysAt(option as z.core.$ZodType, path));
  const [part, ...rest] = path;
  if (inner instanceof z.ZodObject) {
    if (part === undefined) return Object.keys(inner.shape);
    const child = (inner.shape as Record<string, z.core.$ZodType>)[part];
    return child === undefined ? [] : keysAt(child, rest);
  }
  if (part === undefined) return [];
  if (inner instanceof z.ZodArray) return keysAt(inner.element, rest);
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest);
  return [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return unwrap(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}
