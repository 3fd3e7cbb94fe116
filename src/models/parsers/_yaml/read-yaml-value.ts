import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

export interface YamlValue {
  readonly value: object;
  /** The containers in which the text is damaged or ends. */
  readonly partial: ReadonlySet<object>;
}

/** More than any answer holds: the library reads about half a megabyte a second. */
const MAX_TEXT = 400_000;
/** Deeper than any answer; a bound on the call stack. */
const MAX_DEPTH = 32;
/** Answers have no use for aliases; a few are harmless, many are an attack (https://en.wikipedia.org/wiki/Billion_laughs_attack). */
const MAX_ALIASES = 20;

/**
 * The list or map that a text is in YAML, in the core schema: no tags, no merge keys. Null for a scalar, for a text that
 * is too long, and for one with many aliases or with an alias of nothing. The library's own conversion is not used: it writes keys that are maps as
 * text, which takes exponential time. Never throws.
 */
export function readYamlValue(text: string): YamlValue | null {
  if (text.length > MAX_TEXT) return null;
  try {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, strict: false, logLevel: 'silent', schema: 'core' });
    const reading: Reading = {
      faults: document.errors.map(({ pos }) => pos[0]).sort((a, b) => a - b),
      anchors: new Map(),
      partial: new Set(),
      aliases: 0,
    };
    const value = convert(document.contents, reading, 0);
    if (typeof value !== 'object' || value === null || reading.aliases > MAX_ALIASES) return null;
    return { value, partial: reading.partial };
  } catch {
    return null;
  }
}

interface Reading {
  /** Where the library found faults, ascending. */
  readonly faults: readonly number[];
  readonly anchors: Map<string, unknown>;
  readonly partial: Set<object>;
  aliases: number;
}

function convert(node: Node | null | undefined, reading: Reading, depth: number): unknown {
  if (node == null || depth > MAX_DEPTH) return null;
  if (isAlias(node)) {
    // An alias of nothing would read as null, and that as an empty list.
    reading.aliases += reading.anchors.has(node.source) ? 1 : MAX_ALIASES + 1;
    return reading.anchors.get(node.source) ?? null;
  }
  const value = isScalar(node) ? node.value : isSeq(node) ? convertList(node.items, reading, depth) : convertMap(node, reading, depth);
  if (typeof value === 'object' && value !== null && holdsFault(node, reading.faults)) reading.partial.add(value);
  if ('anchor' in node && typeof node.anchor === 'string') reading.anchors.set(node.anchor, value);
  return value;
}

function convertList(items: readonly unknown[], reading: Reading, depth: number): unknown[] {
  return items.map((item) => convert(item as Node | null, reading, depth + 1));
}

/** Keys that are no scalars are left out, and so is `__proto__`. */
function convertMap(node: Node, reading: Reading, depth: number): object | null {
  if (!isMap(node)) return null;
  const object: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : null;
    const converted = convert(value as Node | null, reading, depth + 1);
    if (name !== null && name !== '__proto__') object[name] = converted;
  }
  return object;
}

function holdsFault(node: Node, faults: readonly number[]): boolean {
  const [start, , end] = node.range ?? [0, 0, 0];
  let [low, high] = [0, faults.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((faults[middle] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low < faults.length && (faults[low] ?? 0) <= end;
}
