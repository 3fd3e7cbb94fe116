/** What a value can do harm to, as bits: a cleaning or a check makes it harmless for some of them. */
export const FAMILY = {
  sql: 1,
  nosql: 2,
  command: 4,
  code: 8,
  path: 16,
  xss: 32,
  ssrf: 64,
  redirect: 128,
  pollution: 256,
  regex: 512,
  deserialization: 1024,
  xml: 2048,
} as const;
export type Family = keyof typeof FAMILY;

/** Every family at once. */
export const ALL = 0xfff;

/** What a file holds that somebody else names: harmless but where it is decoded into objects. */
export const FILE_CONTENT = ALL & ~FAMILY.deserialization;

export function familyMask(...families: readonly Family[]): number {
  return families.reduce((mask, family) => mask | FAMILY[family], 0);
}
