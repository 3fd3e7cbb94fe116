import type { z } from 'zod';
import type { Chunk } from '#model/chunk.ts';
import type { Covers, ModelEntry, ModelType } from '#model/model-entry.ts';

/**
 * A provider is an adapter of one call. It turns a request into the vendor's words and the vendor's answer into a
 * `Reply`: nothing else. No retry, no time limit, no logging, no cache and no parsing live in it; they stand around
 * it, composed in `models/`. A provider never imports another provider.
 */
export interface Provider {
  readonly type: ModelType;
  /** One sentence for the documentation and for `--help`. */
  readonly summary: string;
  /** What it reads: language models read the prompt, detectors read the chunk. A detector's request has no messages. */
  readonly reads: 'prompt' | 'chunk';
  /** Roles, parser, family and cover that an entry of this type has when it does not say. */
  readonly defaults: {
    readonly roles: readonly string[];
    readonly parserId: string;
    readonly covers: Covers;
    readonly timeoutMs: number;
    family(modelName: string): string;
  };
  /** Calls in flight at once to one endpoint. */
  readonly concurrency: number;
  /** The `settings` that this provider understands. Strict: an unknown one is a configuration error. */
  readonly settings: z.ZodType<Record<string, unknown>>;
  /** Where calls of this entry go, as `scheme://host:port`; null for a model in this process. Pure. */
  endpoint(entry: ModelEntry, env: ProviderEnv): string | null;
  /**
   * Makes the model ready. Does not call out. Throws `ConfigError`-like `InputError` where the entry cannot work
   * (a key that is not set).
   */
  connect(entry: ModelEntry, env: ProviderEnv): ConnectedModel;
}

export interface ConnectedModel {
  /**
   * One call. Ends within `signal`. Throws `ProviderError` when no answer was had; a refusal or a cut answer is a
   * `Reply`, because it is one.
   */
  call(request: ModelRequest, signal: AbortSignal): Promise<Reply>;
  /** Asks whether the model can be called now, cheaply. Never throws: what is wrong is the answer. */
  health(signal: AbortSignal): Promise<Health>;
}

/** What a provider may take from outside, handed in by the composition root. */
export interface ProviderEnv {
  /** `OLLAMA_HOST`, `OPENAI_BASE_URL`, and the like: addresses that the operator set. */
  readonly addresses: Readonly<Record<string, string | undefined>>;
  /** Resolves a key reference such as `env:OPENAI_API_KEY`. Undefined where it is not set. */
  secret(reference: string): string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

export interface Message {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export interface ModelRequest {
  readonly role: string;
  readonly chunk: Chunk;
  /** Empty for providers that read the chunk. */
  readonly messages: readonly Message[];
  /** JSON Schema of the answer, for servers that can hold a model to it; null where the role has none. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  /** Room for the answer, tokens. */
  readonly maxTokens: number;
}

export interface Reply {
  /** The answer's text; reasoning is not part of it. May be empty. */
  readonly text: string;
  /** `complete`, `length` (cut by the token limit), `refused` (the model or a content filter declined). */
  readonly finish: 'complete' | 'length' | 'refused';
  /** One clause on a finish other than `complete`; null otherwise. */
  readonly reason: string | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
}

export interface Health {
  readonly available: boolean;
  /** One sentence: what answers, or what is wrong and how to mend it. */
  readonly detail: string;
}
