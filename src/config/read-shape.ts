import { type Fault, faultsOf } from '#lib/faults.ts';
import { valueAt } from '#lib/yaml-path.ts';
import type { AegisConfig, aegisConfig } from './schema.ts';

/** A configuration held against the schema. */
export interface Shape {
  readonly values: AegisConfig;
  /** What was written, without what is wrong; an element that was taken out of a list leaves a hole. */
  readonly salvaged: unknown;
  readonly faults: readonly Fault[];
}

/** Checks the shape; where it is wrong, takes the wrong parts out and reads what is left. */
export function readShape(schema: ReturnType<typeof aegisConfig>, raw: unknown): Shape {
  const faults: Fault[] = [];
  let salvaged = raw;
  // A part that is taken out can uncover another fault (a rule over several keys), hardly ever a third.
  for (let round = 0; round < 4; round += 1) {
    const read = schema.safeParse(compact(salvaged));
    if (read.success) return { values: read.data, salvaged, faults };
    const found = faultsOf(schema.safeParse(salvaged).error?.issues ?? [], salvaged, schema).filter((fault) => !isHole(fault));
    if (round === 0) faults.push(...found);
    salvaged = found.reduce(without, structuredClone(salvaged));
  }
  return { values: schema.parse({}), salvaged: {}, faults };
}

/** The same without the holes in its lists. */
export function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(compact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compact(inner)]));
}

/** Takes the value of a fault out; an element of a list leaves a hole, so that the others keep their places. */
function without(value: unknown, fault: Fault): unknown {
  const path = fault.kind === 'missing' ? fault.path.slice(0, -1) : fault.path;
  const last = path.at(-1);
  if (last === undefined) return {};
  const parent = valueAt(value, path.slice(0, -1));
  if (Array.isArray(parent)) parent[Number(last)] = undefined;
  else if (typeof parent === 'object' && parent !== null) delete (parent as Record<string, unknown>)[last];
  return value;
}

/** What an earlier round took out of a list. */
function isHole({ kind, path }: Fault): boolean {
  return kind === 'missing' && typeof path.at(-1) === 'number';
}
