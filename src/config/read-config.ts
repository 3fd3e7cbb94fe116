import type { Fault } from '#lib/faults.ts';
import { readYaml, type YamlReading } from '#lib/read-yaml.ts';
import { dotted, valueAt, type YamlPath } from '#lib/yaml-path.ts';
import type { ConfigProblem } from '#model/errors.ts';
import { checkModels, type ModelReference } from './check-models.ts';
import type { KnownParts } from './known-parts.ts';
import { mergeLayers } from './merge-layers.ts';
import { PRESETS, type PresetName } from './presets.ts';
import { readShape, type Shape } from './read-shape.ts';
import { type AegisConfig, aegisConfig } from './schema.ts';

/** One file of a configuration. */
export interface ConfigLayer {
  /** How people call the file: `.aegis.yml`, `.github/aegis.yml`, `octo/.github:aegis.yml`. */
  readonly source: string;
  readonly text: string;
}

/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'file'; readonly source: string; readonly line: number; readonly column: number }
  | { readonly kind: 'preset'; readonly name: PresetName }
  | { readonly kind: 'default' };

/**
 * A configuration as far as it could be read. What was wrong is in `problems` and left out of `values`, so that
 * all problems of all its files can be told at once: `resolvePlan` adds its own and throws them together.
 */
export interface ReviewConfig {
  /** How people call the nearest file: `.aegis.yml`. */
  readonly source: string;
  /** All files, the nearest first. */
  readonly sources: readonly string[];
  readonly values: AegisConfig;
  readonly models: readonly ModelReference[];
  readonly problems: readonly ConfigProblem[];
  /** A problem at the place that set what stands at a path. */
  problem(path: YamlPath, message: string, at?: 'key' | 'value'): ConfigProblem;
  /** What was written at a path, unchecked; undefined where nothing was. */
  written(path: YamlPath): unknown;
  /** Who set the value at a path. */
  origin(path: YamlPath): Origin;
}

/**
 * Reads a configuration of one file. Never throws: what is wrong is in `config.problems`. An empty text is valid, and is
 * what to give where there is no file.
 */
export function readConfig(text: string, source: string, known: KnownParts): { readonly config: ReviewConfig } {
  return readLayers([{ source, text }], known);
}

/**
 * Reads the files of a configuration, the nearest first; without any, the defaults hold. Each is checked by itself, then
 * they are merged over the preset that the nearest names. Never throws: what is wrong is in `config.problems`.
 */
export function readLayers(layers: readonly ConfigLayer[], known: KnownParts): { readonly config: ReviewConfig } {
  const schema = aegisConfig(known);
  const read = (layers.length === 0 ? NO_FILE : layers).map((layer) => readLayer(layer, schema));
  const written = mergeLayers(read.map(({ yaml }) => (isMap(yaml.value) ? yaml.value : {})));
  const roles = keysOf(valueAt(written.value, ['roles']));
  const checked = read.map(({ shape }) => checkModels(shape.salvaged, roles, known));

  const sound = mergeLayers(read.map(({ shape }) => shape.salvaged));
  const preset = presetOf(sound.value);
  const { values } = readShape(schema, mergeLayers([sound.value, preset === null ? {} : PRESETS[preset].values]).value);

  const place = (layer: number, path: YamlPath, message: string, at: 'key' | 'value') =>
    read[layer]?.problem(path, message, at) ?? { line: 1, column: 1, key: dotted(path), message };
  const sources = read.map(({ layer }) => layer.source);
  const config: ReviewConfig = {
    source: sources[0] ?? '',
    sources,
    values,
    models: (checked[written.originOf(['models'])] ?? []).filter(({ faults }) => faults.length === 0).map(({ reference }) => reference),
    problems: read.flatMap(({ yaml, shape, problem, told }, index) => {
      const faults: Fault[] = [...shape.faults, ...(checked[index] ?? []).flatMap((one) => one.faults)];
      return [
        ...yaml.problems.map(told),
        ...faults.map(({ path, message, kind }) => problem(path, message, kind === 'unknown-key' ? 'key' : 'value')),
      ];
    }),
    problem: (path, message, at = 'value') => place(written.originOf(path), path, message, at),
    written: (path) => valueAt(written.value, path),
    origin(path) {
      if (written.has(path) || isInList(path, written.value)) {
        const { source = '', line, column } = place(written.originOf(path), path, '', 'value');
        return { kind: 'file', source, line, column };
      }
      if (preset !== null && valueAt(PRESETS[preset].values, path) !== undefined) return { kind: 'preset', name: preset };
      return { kind: 'default' };
    },
  };
  return { config };
}

/** `.aegis.yml:3:1 reveiw: unknown key …`. `source` is that of the error, for a problem that names no file of its own. */
export function formatProblem(source: string, { source: own = source, line, column, key, message }: ConfigProblem): string {
  return `${own}:${line}:${column} ${key === '' ? '' : `${key}: `}${message}`;
}

const NO_FILE: readonly ConfigLayer[] = [{ source: '.aegis.yml', text: '' }];

interface LayerReading {
  readonly layer: ConfigLayer;
  readonly yaml: YamlReading;
  readonly shape: Shape;
  problem(path: YamlPath, message: string, at: 'key' | 'value'): ConfigProblem;
  /** A problem with the file that it stands in. */
  told(problem: ConfigProblem): ConfigProblem;
}

function readLayer(layer: ConfigLayer, schema: ReturnType<typeof aegisConfig>): LayerReading {
  const yaml = readYaml(layer.text);
  const told = (problem: ConfigProblem) => ({ ...problem, source: layer.source });
  return {
    layer,
    yaml,
    shape: readShape(schema, yaml.value ?? {}),
    problem: (path, message, at) => told({ ...yaml.place(path, at), key: dotted(path), message }),
    told,
  };
}

function presetOf(sound: unknown): PresetName | null {
  const name = valueAt(sound, ['preset']);
  return typeof name === 'string' && Object.hasOwn(PRESETS, name) ? (name as PresetName) : null;
}

/** Lists are of one layer as a whole: their elements have no origin of their own. */
function isInList(path: YamlPath, value: unknown): boolean {
  return path.some((part) => typeof part === 'number') && valueAt(value, path) !== undefined;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of roles as they were written: who gives a model one whose definition is wrong has made no second mistake. */
function keysOf(value: unknown): string[] {
  return isMap(value) ? Object.keys(value as object) : [];
}
