import type { FunctionCode } from '#syntax/code.ts';
import { FAMILY, type Family } from './family.ts';

/**
 * Where a value came from.
 * - `request`: a stranger over the network
 * - `browser`: the address bar, another window
 * - `stored`: names of files and the like, which a stranger may have chosen
 * - `cli`: who runs the program
 * - `param`: the caller of a function that others can call
 * - `inner`: the caller of a function of this file; resolved by its calls
 */
export type SourceKind = 'request' | 'browser' | 'stored' | 'cli' | 'param' | 'inner';

export interface Source {
  readonly kind: SourceKind;
  /** As the code writes it: `req.query.name`. */
  readonly text: string;
  /** The key by which checks on it are remembered. */
  readonly path: string;
  /** Set for parameters: whose, and which. */
  readonly owner: FunctionCode | null;
  readonly index: number;
}

export interface Taint {
  readonly source: Source;
  /** Families that this value can no longer harm. */
  readonly cleared: number;
  /** True when it has become a piece of a longer text. */
  readonly built: boolean;
  /** Of a source that is yet to be resolved: what it must turn out to be. */
  readonly wanted?: Wanted;
}

interface Wanted {
  readonly family: Family;
  readonly kinds: readonly SourceKind[];
}

/** What a test says about values: sources that are harmless where it held, and where it did not. */
export interface Facts {
  readonly yes: readonly Clearing[];
  readonly no: readonly Clearing[];
}

export interface Clearing {
  readonly path: string;
  readonly mask: number;
}

/** Stands for an unknown piece in the text of a value: a character of the private use area, which code does not contain. */
export const HOLE = '\uE000';

/** What is known of a value. */
export interface Value {
  /** True when it cannot depend on anything outside the code. */
  readonly constant: boolean;
  /** The text with a `HOLE` for each unknown piece; a lone `HOLE` when nothing is known. */
  readonly text: string;
  readonly taints: readonly Taint[];
  /** Of the taints, those that decide how the text begins: the host of an address. Null where it is all of them. */
  readonly head: readonly Taint[] | null;
  /** The module member that it is, such as `child_process.exec`; null for other values. */
  readonly ref: string | null;
  readonly fn: FunctionCode | null;
  readonly fields: ReadonlyMap<string, Value> | null;
  readonly regex: { readonly source: string; readonly flags: string } | null;
  readonly facts: Facts | null;
}

export const UNKNOWN: Value = {
  constant: false,
  text: HOLE,
  taints: [],
  head: null,
  ref: null,
  fn: null,
  fields: null,
  regex: null,
  facts: null,
};
/** A number, a boolean, a digest: unknown, and unable to carry text. */
export const CONSTANT: Value = { ...UNKNOWN, constant: true };

/** More text than this of one value is not needed to recognise what it is. */
const MAX_TEXT = 4_000;
/** More sources than these of one value are not told apart. */
const MAX_TAINTS = 8;

export function constantOf(value: string | number | boolean | null): Value {
  return { ...CONSTANT, text: clipText(String(value ?? '')) };
}

export function taintedBy(source: Source): Value {
  return { ...UNKNOWN, taints: [{ source, cleared: 0, built: false }] };
}

/** True when the text around the unknown pieces is known: the value was put together here. */
export function isBuilt(value: Value): boolean {
  return value.text !== HOLE && value.text.includes(HOLE);
}

/** The sources of these kinds that can still do harm of this family; parameters of inner functions are settled later. */
export function taintsFor(value: Value, family: Family, kinds: readonly SourceKind[]): readonly Taint[] {
  return value.taints
    .filter((taint) => (taint.cleared & FAMILY[family]) === 0 && (taint.source.kind === 'inner' || kinds.includes(taint.source.kind)))
    .map((taint) => (taint.source.kind === 'inner' ? { ...taint, wanted: { family, kinds } } : taint));
}

/** The sources that decide how the text begins, and can still do harm of this family. */
export function headTaintsFor(value: Value, family: Family, kinds: readonly SourceKind[]): readonly Taint[] {
  return taintsFor(value.head === null ? value : { ...value, taints: value.head }, family, kinds);
}

/** The sources as pieces of a longer text. */
export function markBuilt(taints: readonly Taint[]): readonly Taint[] {
  return taints.map((taint) => (taint.built ? taint : { ...taint, built: true }));
}

export function clearTaints(taints: readonly Taint[], mask: number): readonly Taint[] {
  return mask === 0 ? taints : taints.map((taint) => ({ ...taint, cleared: taint.cleared | mask }));
}

export function mergeTaints(lists: readonly (readonly Taint[])[]): readonly Taint[] {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length <= 1) return filled[0] ?? [];
  const merged = new Map<string, Taint>();
  for (const taint of filled.flat()) {
    const key = `${taint.source.kind} ${taint.source.path} ${taint.cleared} ${taint.built}`;
    if (merged.size < MAX_TAINTS || merged.has(key)) merged.set(key, taint);
  }
  return [...merged.values()];
}

/** A value made of pieces, one after the other. */
export function concatenate(pieces: readonly Value[]): Value {
  const text = clipText(pieces.map((piece) => piece.text).join(''));
  const taints = mergeTaints(pieces.map((piece) => piece.taints));
  const built = isBuilt({ ...UNKNOWN, text }) && /[^\uE000]/.test(text);
  const lead = pieces.find((piece) => !/^(https?:)?(\/\/)?$/.test(piece.text));
  return {
    ...UNKNOWN,
    constant: pieces.every((piece) => piece.constant),
    text,
    taints: built ? markBuilt(taints) : taints,
    head: taints.length === 0 || lead === undefined ? null : (lead.head ?? lead.taints),
  };
}

/** A value that is one of two. */
export function joinValues(a: Value, b: Value): Value {
  if (a === b) return a;
  const richer = a.taints.length > 0 || b.constant ? a : b;
  return {
    constant: a.constant && b.constant,
    text: a.text === b.text ? a.text : richer.text.includes(HOLE) ? richer.text : HOLE,
    taints: mergeTaints([a.taints, b.taints]),
    head: a.head === null && b.head === null ? null : mergeTaints([a.head ?? a.taints, b.head ?? b.taints]),
    ref: a.ref ?? b.ref,
    fn: a.fn ?? b.fn,
    fields: a.fields ?? b.fields,
    regex: a.regex ?? b.regex,
    facts: null,
  };
}

/** Everything that may be inside a value: its own sources and those of its fields, two levels deep. */
export function deepTaints(value: Value, depth = 2): readonly Taint[] {
  if (value.fields === null || depth === 0) return value.taints;
  return mergeTaints([value.taints, ...[...value.fields.values()].map((field) => deepTaints(field, depth - 1))]);
}

function clipText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return text.includes(HOLE) && !text.slice(0, MAX_TEXT).includes(HOLE) ? text.slice(0, MAX_TEXT) + HOLE : text.slice(0, MAX_TEXT);
}
