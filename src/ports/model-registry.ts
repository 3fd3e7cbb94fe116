import type { ModelEntry } from '#model/model-entry.ts';
import type { Availability, ModelVersion, RegisteredModel } from '#model/registered-model.ts';

/** Which models are listed; what is left out does not matter. */
export interface ModelFilter {
  readonly type?: string | undefined;
  readonly role?: string | undefined;
  readonly status?: ModelEntry['status'] | undefined;
  readonly availability?: Availability | undefined;
}

export interface Registration {
  readonly model: RegisteredModel;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/**
 * The models that were registered, with their history. Every change of an entry makes a version; its status and its
 * availability are no part of it. Whatever names a model that is not there throws `InputError` with the nearest ids.
 */
export interface ModelRegistry {
  /** What a person may be told of where it is kept. */
  readonly place: string;
  /** Adds or replaces. The same entry twice changes nothing. */
  register(entry: ModelEntry): Promise<Registration>;
  /** All of them or none. */
  registerAll(entries: readonly ModelEntry[]): Promise<readonly Registration[]>;
  get(modelId: string): Promise<RegisteredModel>;
  list(filter?: ModelFilter): Promise<readonly RegisteredModel[]>;
  /** Those with the role that are enabled, best first. */
  modelsForRole(role: string): Promise<readonly RegisteredModel[]>;
  /** The first of `modelsForRole` that is not known to be unavailable; null where there is none. */
  bestModelForRole(role: string): Promise<RegisteredModel | null>;
  updateStatus(modelId: string, status: ModelEntry['status']): Promise<RegisteredModel>;
  /** `checkedAt`: ISO 8601. */
  updateAvailability(modelId: string, availability: Availability, checkedAt: string): Promise<RegisteredModel>;
  /** Throws `InputError` that says who uses it, unless `force`. */
  delete(modelId: string, options?: { readonly force?: boolean }): Promise<void>;
  /** History, status and availability go with it. */
  rename(modelId: string, newId: string): Promise<RegisteredModel>;
  /** Newest first. */
  versions(modelId: string): Promise<readonly ModelVersion[]>;
  /** Makes an older version the newest one: a new version with its content. */
  rollback(modelId: string, version: number): Promise<RegisteredModel>;
  /** YAML that `import` reads back to the same registry. Holds references to keys, never keys. */
  export(): Promise<string>;
  /** Registers all that the text names; models that it does not name stay. Throws `ConfigError` with every problem. */
  import(text: string, source: string): Promise<readonly Registration[]>;
}
