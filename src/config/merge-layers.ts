import type { YamlPath } from '#lib/yaml-path.ts';

/** What several layers come to, and which of them said what. */
export interface MergedLayers {
  readonly value: unknown;
  /** Position of the layer that set what stands at a path, or else at the nearest place above it; 0 where none did. */
  originOf(path: YamlPath): number;
  /** Whether a layer says anything at a path. */
  has(path: YamlPath): boolean;
}

/**
 * Keys that mean one choice. A layer that names one of them has chosen: what a farther layer says of the others does not
 * hold beside it.
 */
const CHOICES: readonly { readonly at: string; readonly keys: readonly string[] }[] = [
  { at: 'consensus', keys: ['strategy', 'steps', 'pipeline'] },
  { at: 'pipeline.deep_scan', keys: ['models', 'tiers'] },
];

/** A custom role is one definition: half of one and half of another would be neither. */
function isWhole(path: YamlPath): boolean {
  return path.length === 2 && path[0] === 'roles';
}

interface Said {
  readonly layer: number;
  readonly value: unknown;
}

/** Merges plain values, the nearest first: maps key by key; of anything else the nearest wins. */
export function mergeLayers(layers: readonly unknown[]): MergedLayers {
  const origins = new Map<string, number>();

  function merge(said: readonly Said[], path: YamlPath): unknown {
    const [nearest] = said;
    if (nearest === undefined) return undefined;
    origins.set(JSON.stringify(path), nearest.layer);
    if (!isMap(nearest.value) || isWhole(path)) return nearest.value;
    const end = said.findIndex(({ value }) => !isMap(value));
    const maps = said.slice(0, end < 0 ? said.length : end);
    const keys = new Set(maps.flatMap(({ value }) => Object.keys(value as object)));
    return Object.fromEntries([...keys].flatMap((key) => mergeKey(maps, path, key)));
  }

  function mergeKey(maps: readonly Said[], path: YamlPath, key: string): [string, unknown][] {
    const chosen = maps.findIndex(({ value }) => alternativesTo(key, path).some((other) => Object.hasOwn(value as object, other)));
    // The layer that chose another key may name this one, too: that is a slip of its own, and is told.
    const heard = chosen < 0 ? maps : maps.slice(0, chosen + 1);
    const said = heard.flatMap(({ layer, value }) =>
      Object.hasOwn(value as object, key) ? [{ layer, value: (value as Record<string, unknown>)[key] }] : [],
    );
    return said.length === 0 ? [] : [[key, merge(said, [...path, key])]];
  }

  const value = merge(
    layers.map((one, layer) => ({ layer, value: one })),
    [],
  );
  const originOf = (path: YamlPath): number => origins.get(JSON.stringify(path)) ?? (path.length === 0 ? 0 : originOf(path.slice(0, -1)));
  return { value, originOf, has: (path) => origins.has(JSON.stringify(path)) };
}

function alternativesTo(key: string, path: YamlPath): readonly string[] {
  const choice = CHOICES.find(({ at, keys }) => at === path.join('.') && keys.includes(key));
  return choice?.keys.filter((other) => other !== key) ?? [];
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
