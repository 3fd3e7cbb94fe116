import type { ModelEntry } from '#model/model-entry.ts';
import type { RegisteredModel } from '#model/registered-model.ts';
import type { HubModel } from '#models/hub/search-hub.ts';
import type { ModelDefinition } from '#models/registry/make-entry.ts';
import type { ModelRegistry } from '#ports/model-registry.ts';
import type { DiscoveredModel, Health, LearnedQuirk, PullProgress } from '#ports/provider.ts';
import type { Asked } from '#ports/runner.ts';
import type { CommandIo } from '../io.ts';

/** What `aegis models` works with: the registry, and the models behind its entries. Closed when a command is done. */
export interface ModelDesk {
  readonly registry: ModelRegistry;
  /** The entry that a definition describes. Throws `InputError` with every problem of it. */
  define(definition: ModelDefinition): ModelEntry;
  /** The definition that `TYPE:NAME` means. */
  fromReference(reference: string): ModelEntry;
  /** Asks whether it can be called now. Never throws. */
  health(entry: ModelEntry, signal: AbortSignal): Promise<Health>;
  /** What it lacks that can be seen without calling anybody: a key, a file, a program. Null where it lacks nothing. */
  lacks(entry: ModelEntry, signal: AbortSignal): Promise<string | null>;
  /** One call outside of any review, with everything around it that a review has but the cache. Never throws. */
  ask(entry: ModelEntry, prompt: string, signal: AbortSignal, heard: (text: string) => void): Promise<Asked>;
  /** What was learned about the model's server. */
  learned(entry: ModelEntry): Promise<readonly (LearnedQuirk & { readonly sentence: string })[]>;
  /** Has a server load a model; false where there is nothing to load. Throws `ProviderError`. */
  warmUp(entry: ModelEntry, signal: AbortSignal): Promise<boolean>;
  /** Has a server free a model; false where there is nothing to free. Throws `ProviderError`. */
  unload(entry: ModelEntry): Promise<boolean>;
  close(): Promise<void>;
}

/** What a command about models takes from the composition root. */
export interface ModelsDeps {
  readonly io: CommandIo;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** ISO 8601. */
  now(): string;
  /** `database`: the server's, whatever the environment says. */
  openDesk(options: { readonly database: boolean }): Promise<ModelDesk>;
  /** Types of models, with whether their servers can be asked which models they have, and for new ones. */
  readonly providers: readonly { readonly type: string; readonly discovers: boolean; readonly pulls: boolean }[];
  discover(type: string, options: DiscoverOptions, signal: AbortSignal): Promise<readonly DiscoveredModel[]>;
  pull(type: string, name: string, signal: AbortSignal, progress: (at: PullProgress) => void): Promise<void>;
  searchHub(query: string, options: { readonly task?: string; readonly limit: number }, signal: AbortSignal): Promise<readonly HubModel[]>;
  exit(code: number): void;
}

export interface DiscoverOptions {
  readonly baseUrl?: string;
  readonly apiKey?: string;
}

/** Options of every command that works with the registry. */
export interface DeskOptions {
  readonly database?: boolean;
}

/** Opens the desk, does what is to be done, and closes it whatever happens. */
export async function atDesk<T>(
  deps: Pick<ModelsDeps, 'openDesk'>,
  options: DeskOptions,
  work: (desk: ModelDesk) => Promise<T>,
): Promise<T> {
  const desk = await deps.openDesk({ database: options.database === true });
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

/** How a model's state is told in one or two words. */
export function stateOf({ status, availability }: Pick<RegisteredModel, 'status' | 'availability'>): string {
  if (status !== 'registered') return status;
  return availability === 'unknown' ? 'not checked' : availability;
}
