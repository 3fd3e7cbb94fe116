import type { ModelDefinition } from '../registry/make-entry.ts';

/** A model with everything that is known of it, to be registered by a short name. */
export interface Preset {
  readonly id: string;
  /** Other names by which it may be called; the name of the model is always one. */
  readonly aliases: readonly string[];
  /** One sentence: what it is, and what it needs. */
  readonly summary: string;
  /** Where the model runs unless somebody says otherwise. */
  readonly definition: ModelDefinition;
  /** What differs where it runs elsewhere, by provider; the rest is as in `definition`, but its settings. */
  readonly elsewhere: Readonly<Record<string, Partial<ModelDefinition>>>;
}
