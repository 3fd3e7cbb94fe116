import { Document, isScalar, visit } from 'yaml';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelVersion, RegisteredModel } from '#model/registered-model.ts';
import { entryOf } from './look-up.ts';

/** Lists of plain words up to this length stand on one line, as people write `roles`. */
const LONGEST_LINE_OF_WORDS = 8;

const HEADING = ' Models of Aegis, as `aegis models export` and `import` take them. It holds references to keys, never keys.';

/** What is exported: every model with its status, so that another registry becomes the same. */
export function writeExport(models: readonly RegisteredModel[], builtIns: readonly ModelEntry[]): string {
  return write({ version: 1, models: models.map((model) => definitionOf(entryOf(model), builtIns)) }, HEADING);
}

/** The file of a registry: what is exported, what was seen of the models, and every version that they had. */
export function writeState(
  state: { readonly models: readonly RegisteredModel[]; readonly versions: readonly ModelVersion[] },
  builtIns: readonly ModelEntry[],
): string {
  const models = state.models.map(({ availability, availability_checked_at, ...model }) => ({
    ...definitionOf(entryOf({ ...model, availability, availability_checked_at }), builtIns),
    ...(availability === 'unknown' ? {} : { availability }),
    ...(availability_checked_at === null ? {} : { availability_checked_at }),
  }));
  const history = state.versions.length === 0 ? {} : { history: state.versions };
  return write({ version: 1, models, ...history }, `${HEADING}\n It may be changed by hand while no command runs; comments are not kept.`);
}

/**
 * An entry in the keys of `.aegis.yml`, every one of them said, so that it means the same to a later version with other
 * defaults. A built-in model is what the version that reads it brings, but for its weight and its status.
 */
export function definitionOf(entry: ModelEntry, builtIns: readonly ModelEntry[]): Record<string, unknown> {
  const { model_id: id, model_type: provider, model_name: model, weight, status } = entry;
  if (builtIns.some(({ model_id }) => model_id === id)) return { id, provider, model, weight, status };
  const { base_url, api_key, ...settings } = entry.settings;
  return {
    ...{ id, provider, model },
    ...(base_url === undefined ? {} : { base_url }),
    ...(api_key === undefined ? {} : { api_key }),
    roles: entry.roles,
    parser: entry.parser_id,
    ...(isEmpty(entry.parser_config) ? {} : { parser_config: entry.parser_config }),
    weight,
    timeout: entry.timeout_ms % 1000 === 0 ? `${entry.timeout_ms / 1000}s` : `${entry.timeout_ms}ms`,
    family: entry.family,
    covers: entry.covers,
    ...(isEmpty(settings) ? {} : { settings }),
    status,
    ...(entry.provider_id === (base_url ?? provider) ? {} : { provider_id: entry.provider_id }),
    ...(entry.display_name === id ? {} : { display_name: entry.display_name }),
  };
}

function write(content: Record<string, unknown>, heading: string): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = heading;
  visit(document, {
    Seq(_key, node) {
      if (node.items.length <= LONGEST_LINE_OF_WORDS && node.items.every((item) => isScalar(item))) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function isEmpty(value: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(value).length === 0;
}
