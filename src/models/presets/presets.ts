import { nearest } from '#lib/nearest.ts';
import { InputError } from '#model/errors.ts';
import type { ModelDefinition } from '../registry/make-entry.ts';
import { ADAPTERS } from './adapters.ts';
import { CLASSIFIERS } from './classifiers.ts';
import { CLOUD_MODELS } from './cloud-models.ts';
import { OLLAMA_MODELS } from './ollama-models.ts';
import type { Preset } from './preset.ts';

const PRESETS: readonly Preset[] = [...CLASSIFIERS, ...ADAPTERS, ...OLLAMA_MODELS, ...CLOUD_MODELS];

/** Every preset: the classifiers first, then what runs on own machines, then services. */
export function listPresets(): readonly Preset[] {
  return PRESETS;
}

/** The preset by its id, an alias or the name of its model; case, `_` and `-` do not matter. Throws `InputError` with the nearest. */
export function findPreset(name: string): Preset {
  const found = PRESETS.find((preset) => namesOf(preset).some((one) => plain(one) === plain(name)));
  if (found !== undefined) return found;
  const near = nearest(
    name.toLowerCase(),
    PRESETS.flatMap(namesOf).map((one) => one.toLowerCase()),
  );
  throw new InputError(`There is no preset ${name || '""'}`, {
    hint: near === null ? 'See `aegis models presets`.' : `Did you mean ${near}?`,
  });
}

/**
 * The definition of a preset with what the user says otherwise: settings are merged in depth, lists are replaced. Another
 * provider gets the settings that the preset knows for it; another parser starts from its own configuration.
 */
export function definitionOfPreset(preset: Preset, overrides: Partial<ModelDefinition> = {}): ModelDefinition {
  const base = placedAt(preset, overrides.provider ?? preset.definition.provider);
  const stated = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const parserConfig = overrides.parser === undefined || overrides.parser === base.parser ? base.parser_config : undefined;
  const merged: ModelDefinition = { ...base, ...stated, settings: mergeDeep(base.settings ?? {}, overrides.settings ?? {}) };
  const { parser_config: _, ...rest } = merged;
  const config = mergeDeep(parserConfig ?? {}, overrides.parser_config ?? {});
  return Object.keys(config).length === 0 ? rest : { ...rest, parser_config: config };
}

/** The definition where `provider` runs the model. Addresses, keys and settings of the usual provider mean nothing there. */
function placedAt({ definition, elsewhere }: Preset, provider: string): ModelDefinition {
  if (provider === definition.provider) return definition;
  const { base_url: _, api_key: __, settings: ___, ...common } = definition;
  return { ...common, provider, ...elsewhere[provider] };
}

type Settings = Readonly<Record<string, unknown>>;

function mergeDeep(base: Settings, over: Settings): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    if (value !== undefined) merged[key] = isSettings(before) && isSettings(value) ? mergeDeep(before, value) : value;
  }
  return merged;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesOf({ id, aliases, definition }: Preset): readonly string[] {
  return [id, ...aliases, definition.model];
}

const plain = (name: string): string => name.trim().toLowerCase().replaceAll('_', '-');
