import { customType, timestamp } from 'drizzle-orm/pg-core';
import { decodeJson, encodeJson } from './json-text.ts';

/** A moment, with the zone in which it is told. */
export const time = (name: string) => timestamp(name, { withTimezone: true });

/** Text from a stranger. PostgreSQL refuses NUL in `text`: it is stored as U+FFFD. */
export const untrustedText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => value.replaceAll('\0', '\uFFFD'),
});

/** `jsonb` that reads back equal to what was written, whatever text is in it. */
export function exactJson<T>(name: string) {
  return customType<{ data: T; driverData: unknown }>({
    dataType: () => 'jsonb',
    toDriver: (value) => encodeJson(value),
    // Written by `toDriver` above and nowhere else, so the type is known.
    fromDriver: (value) => decodeJson(value) as T,
  })(name);
}
