import { explainFault } from '#lib/explain-fault.ts';
import { tick } from '#lib/faults.ts';
import type { ModelDefinition } from '#lib/model-definition.ts';
import { nearestFew } from '#lib/nearest.ts';
import type { YamlPath } from '#lib/yaml-path.ts';
import type { ConfigProblem } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ReviewConfig } from './read-config.ts';

/**
 * Whose word the configuration is. `owner`: the person who runs Aegis. `repository`: a stranger's, read by a server;
 * it must not make the server call where it pleases or spend a key of its environment.
 */
export type Trust =
  | { readonly kind: 'owner' }
  | {
      readonly kind: 'repository';
      /** `AEGIS_INLINE_MODELS`. */
      readonly inlineModels: boolean;
      /** Null where the server may call this address, else the reason in one sentence. */
      checkAddress(url: string): string | null;
      /** Null where the model may use the stored key for reviews of this repository, else the reason in one sentence. */
      checkSecret(name: string, entry: ModelEntry): string | null;
      /** Whether models of this type are programs or modules that run where the server runs. */
      runsCode(modelType: string): boolean;
    };

/** The models that there are, and how a new one is made. The makers throw `AegisError`. */
export interface ModelSource {
  readonly registered: readonly ModelEntry[];
  /** The model that `TYPE:NAME` means. */
  fromReference(reference: string): ModelEntry;
  fromDefinition(definition: ModelDefinition): ModelEntry;
  readonly trust: Trust;
}

export interface ModelFinder {
  /** What `models` lists and could be made, in order, with its place. */
  readonly listed: readonly { readonly entry: ModelEntry; readonly path: YamlPath }[];
  /** The model that a place of the file names; null after noting the problem. */
  find(id: string, path: YamlPath): ModelEntry | null;
}

/** Makes the models that a configuration lists. What cannot be made is noted in `problems`. */
export function findModels(config: ReviewConfig, source: ModelSource, problems: ConfigProblem[]): ModelFinder {
  const listed: { entry: ModelEntry; path: YamlPath }[] = [];
  // Ids of definitions that are wrong, too: who names one has made no second mistake.
  const written = config.written(['models']);
  const defined = (Array.isArray(written) ? (written as unknown[]) : []).map((item) => (item as { id?: unknown } | null)?.id);

  const note = (path: YamlPath, message: string) => {
    problems.push(config.problem(path, message));
    return null;
  };

  function find(id: string, path: YamlPath): ModelEntry | null {
    const entry = listed.find((one) => one.entry.model_id === id)?.entry ?? source.registered.find(({ model_id }) => model_id === id);
    if (entry?.status === 'disabled') return note(path, `the model ${tick(id)} is disabled`);
    if (entry !== undefined) return entry;
    if (defined.includes(id)) return null;
    if (id.includes(':')) return make(path, id, () => source.fromReference(id));
    const ids = [...source.registered.map(({ model_id }) => model_id), ...defined.filter((one) => typeof one === 'string')];
    return note(path, `there is no model ${tick(id)}; ${suggest(id, ids)}`);
  }

  function make(path: YamlPath, model: string | ModelDefinition, maker: () => ModelEntry): ModelEntry | null {
    const refused = refusals(model, path, source.trust);
    for (const { path: place, message } of refused) note(place, message);
    if (refused.length > 0) return null;
    let entry: ModelEntry;
    try {
      entry = maker();
    } catch (error) {
      return note(path, explainFault(error));
    }
    // A reference may mean a registered model by another name.
    if (entry.status === 'disabled') return note(path, `the model ${tick(entry.model_id)} is disabled`);
    const keys = refusedKeys(model, path, entry, source.trust);
    for (const { path: place, message } of keys) note(place, message);
    return keys.length > 0 ? null : entry;
  }

  for (const { path, model } of config.models) {
    const id = typeof model === 'string' ? model : model.id;
    const inline = typeof model !== 'string';
    if (inline && source.registered.some(({ model_id }) => model_id === id)) {
      note(
        [...path, 'id'],
        `a registered model has the name ${tick(id)}; give this one another, or write \`- ${id}\` for the registered one`,
      );
      continue;
    }
    if (!inline && defined.includes(id)) {
      note(path, `the model ${tick(id)} is listed twice`);
      continue;
    }
    const entry = inline ? make(path, model, () => source.fromDefinition(model)) : find(model, path);
    if (entry === null) continue;
    if (listed.some((one) => one.entry.model_id === entry.model_id)) note(path, `the model ${tick(entry.model_id)} is listed twice`);
    else listed.push({ entry, path });
  }
  return { listed, find };
}

/** Ids of a registry may be many; a sentence is not. */
const MOST_LISTED = 10;

function suggest(id: string, ids: readonly string[]): string {
  const near = nearestFew(id, ids).map(tick);
  if (near.length > 0) return `did you mean ${near.length === 1 ? near[0] : `${near.slice(0, -1).join(', ')} or ${near.at(-1)}`}?`;
  const more = ids.length - MOST_LISTED;
  return `known here: ${ids.slice(0, MOST_LISTED).map(tick).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

interface Refusal {
  readonly path: YamlPath;
  readonly message: string;
}

const REGISTER_IT = 'its operator can register this one';

/** What a server refuses in a model that a repository defines. */
function refusals(model: string | ModelDefinition, path: YamlPath, trust: Trust): Refusal[] {
  if (trust.kind === 'owner') return [];
  const refused: Refusal[] = [];
  if (!trust.inlineModels) {
    refused.push({ path, message: `this server takes registered models only; ${REGISTER_IT}, or allow inline models` });
  }
  const [type = ''] = typeof model === 'string' ? model.split(':') : [model.provider];
  if (trust.runsCode(type)) {
    const place = typeof model === 'string' ? path : [...path, 'provider'];
    refused.push({ path: place, message: `a repository cannot make this server run a program; ${REGISTER_IT}` });
  }
  if (typeof model !== 'string' && model.parser?.includes('#')) {
    refused.push({ path: [...path, 'parser'], message: `a repository cannot make this server load a module; ${REGISTER_IT}` });
  }
  // Every text is looked at: which setting of a provider is an address, and which a key, is its own affair.
  for (const { path: inner, text } of textsOf(model, path)) {
    if (/^env:/i.test(text)) refused.push({ path: inner, message: "a repository cannot use a key of the server's environment" });
    const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? trust.checkAddress(text) : null;
    if (address !== null) refused.push({ path: inner, message: address });
  }
  return refused;
}

/** Stored keys are bound to repositories and to hosts: whether one may be used shows when the model is known. */
function refusedKeys(model: string | ModelDefinition, path: YamlPath, entry: ModelEntry, trust: Trust): Refusal[] {
  if (trust.kind === 'owner') return [];
  return textsOf(model, path).flatMap(({ path: inner, text }) => {
    if (!/^secret:/i.test(text)) return [];
    const message = trust.checkSecret(text.slice('secret:'.length), entry);
    return message === null ? [] : [{ path: inner, message }];
  });
}

function textsOf(value: unknown, path: YamlPath): { path: YamlPath; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}
