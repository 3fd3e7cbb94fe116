import table from './cwe-table.json' with { type: 'json' };

/** Name and parents in MITRE's research view, by number. Written by `scripts/gen-cwe.ts`. */
const WEAKNESSES = table as unknown as Readonly<Record<string, readonly [name: string, parents: readonly number[]]>>;

const numberOf = (cwe: string) => cwe.replace(/^CWE-0*/i, '');

const entryOf = (cwe: string) => {
  const id = numberOf(cwe);
  return Object.hasOwn(WEAKNESSES, id) ? WEAKNESSES[id] : undefined;
};

/** MITRE's name of a weakness such as `CWE-89`; null for a category, a deprecated entry or an unknown number. */
export function cweName(cwe: string): string | null {
  return entryOf(cwe)?.[0] ?? null;
}

/**
 * The name that people use: `SQL Injection` for "Improper Neutralization … ('SQL Injection')". MITRE's own name where
 * it has no such short form, null where `cweName` is null.
 */
export function cweShortName(cwe: string): string | null {
  const name = cweName(cwe);
  return name === null ? null : (/\('([^']+)'\)$/.exec(name)?.[1] ?? name);
}

/** Direct parents, the primary one first, as `CWE-…`. Empty for a pillar and for what the table does not know. */
export function cweParents(cwe: string): readonly string[] {
  return (entryOf(cwe)?.[1] ?? []).map((id) => `CWE-${id}`);
}

/** MITRE's page of a weakness. */
export function cweUrl(cwe: string): string {
  return `https://cwe.mitre.org/data/definitions/${numberOf(cwe)}.html`;
}
