import type { ModelVersion, RegisteredModel } from '#model/registered-model.ts';

/** All that a registry keeps: small, so it is read and written as a whole. */
export interface RegistryState {
  /** In the order of registration. */
  readonly models: readonly RegisteredModel[];
  /** Every version that a model ever had, oldest first. */
  readonly versions: readonly ModelVersion[];
}

/**
 * Where a registry is kept. The rules of the registry are pure functions over `RegistryState`; this is what a file or
 * a database adds: that a state lasts, and that two writers never lose each other's work.
 */
export interface ModelRecords {
  /** What a person may be told of where it is: a path, or a database's host and name. */
  readonly place: string;
  read(): Promise<RegistryState>;
  /**
   * Edits the state while no other writer does, in this process or another. Where `edit` throws, nothing is stored.
   * It may be called again with a newer state.
   */
  change<T>(edit: (state: RegistryState) => { readonly state: RegistryState; readonly result: T }): Promise<T>;
  /** Sentences that say who uses a model now, such as scans under way; empty where nobody does. */
  usesOf(modelId: string): Promise<readonly string[]>;
  /** How calls of each model ended so far; models that were never called are left out. */
  callRecords(): Promise<ReadonlyMap<string, CallRecord>>;
}

export interface CallRecord {
  readonly calls: number;
  readonly answered: number;
}
