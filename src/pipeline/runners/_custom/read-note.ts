import { z } from 'zod';
import { isObject } from '#lib/fields.ts';
import { readTolerantJson } from '#lib/tolerant-json.ts';
import type { CustomRole } from '#model/plan.ts';
import type { Understood } from '../_reply/read-reply.ts';

/** Longest note, in characters of its JSON: it stands beside a finding. */
const MAX_LENGTH = 8_000;

const noteSchema = z.record(z.string(), z.unknown());

/**
 * Reads the answer of a custom role on a finding: one JSON object that fits the role's schema, else it is unreadable.
 * Throws where the schema cannot be used; `checkRoleSchema` says so when the configuration is read.
 */
export function readNote(schema: CustomRole['schema']): (text: string) => Understood {
  const form = z.fromJSONSchema(schema);
  const read = (value: unknown) => (isObject(value) ? noteSchema.safeParse(form.safeParse(cleanNote(value)).data).data : undefined);
  return (text) => {
    const answer = readTolerantJson(text, (value) => read(value) !== undefined);
    const note = answer.kind === 'none' ? undefined : read(answer.value);
    if (answer.kind === 'none' || note === undefined)
      return { kind: 'unreadable', reason: answer.kind === 'none' ? answer.reason : 'the answer has another form' };
    if (JSON.stringify(note).length > MAX_LENGTH)
      return { kind: 'unreadable', reason: `the answer is longer than ${MAX_LENGTH} characters` };
    return { kind: 'understood', claims: [], opinion: { kind: 'note', note }, cut: answer.cut };
  };
}

/** Without NUL and halves of characters, which PostgreSQL cannot store. */
function cleanNote(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '');
  if (Array.isArray(value)) return value.map(cleanNote);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]: [string, unknown]) => [cleanNote(key), cleanNote(inner)]));
}
