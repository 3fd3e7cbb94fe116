import type { z } from 'zod';
import type { Chunk } from '#model/chunk.ts';
import type { Covers, ModelEntry, ModelType } from '#model/model-entry.ts';

/**
 * A provider is an adapter of one call. It turns a request into the vendor's words and the vendor's answer into a
 * `Reply`: nothing else. No retry, no time limit, no logging, no cache and no parsing live in it; they stand around
 * it, composed in `models/calls/`. A provider never imports another provider.
 */
export interface Provider {
  readonly type: ModelType;
  /** One sentence for the documentation and for `--help`. */
  readonly summary: string;
  /** The names of all models that it has, where it brings its own; null where the name is the user's to give. */
  readonly models: readonly string[] | null;
  /**
   * What a model reads: language models the prompt, detectors and classifiers the chunk. A detector's request has no
   * messages. Pure.
   */
  reads(entry: Pick<ModelEntry, 'model_name' | 'settings'>): 'prompt' | 'chunk';
  /** What an entry of this type has when it does not say. Pure. */
  defaults(modelName: string, settings: Readonly<Record<string, unknown>>): EntryDefaults;
  /** Calls in flight at once to one endpoint. */
  readonly concurrency: number;
  /** The `settings` that this provider understands. Strict: an unknown one is a configuration error. */
  readonly settings: z.ZodType<Record<string, unknown>>;
  /**
   * What a call of this entry costs where no price is listed: `nothing` for a model on the owner's machines, `unknown`
   * for a service. Pure.
   */
  cost(entry: ModelEntry, env: ProviderEnv): 'nothing' | 'unknown';
  /**
   * True where an entry names a program or a module that then runs on this machine: a server never takes such an entry
   * from a repository.
   */
  readonly runsCode: boolean;
  /** Where calls of this entry go, as `scheme://host:port`; null for a model in this process or on this machine. Pure. */
  endpoint(entry: ModelEntry, env: ProviderEnv): string | null;
  /**
   * Makes the model ready. Does not call out and loads nothing heavy. Throws `InputError` where the entry cannot work
   * (a key that is not set).
   */
  connect(entry: ModelEntry, env: ProviderEnv): ConnectedModel;
  /** What the far side can be asked beside a call, where it can be asked anything. */
  readonly catalogue?: Catalogue;
  /** The peculiarities of servers that it knows how to meet; which of them a model has is in the `QuirkMemory`. */
  readonly quirks?: readonly KnownQuirk[];
}

/** A peculiarity of some servers, as people are told of it. */
export interface KnownQuirk {
  /** Stable: what was learned is stored under it. */
  readonly id: string;
  /** One sentence. */
  readonly sentence: string;
}

export interface EntryDefaults {
  readonly roles: readonly string[];
  readonly parserId: string;
  readonly parserConfig: Readonly<Record<string, unknown>>;
  readonly covers: Covers;
  readonly timeoutMs: number;
  readonly family: string;
}

export interface ConnectedModel {
  /**
   * One call. Ends within `signal`, and frees its socket or process with it. Throws `ProviderError` when no answer was
   * had; a refusal or a cut answer is a `Reply`, because it is one. With `heard` the answer is streamed where the
   * server can: each part of the text is told as it arrives, and the reply is the whole all the same. A stream that
   * stops half way is a reply with the finish `length` when some text had come, else a fault.
   */
  call(request: ModelRequest, signal: AbortSignal, heard?: (text: string) => void): Promise<Reply>;
  /** Asks whether the model can be called now, cheaply. Never throws: what is wrong is the answer. */
  health(signal: AbortSignal): Promise<Health>;
  /** Makes the first call fast: loads the model. Throws `ProviderError`. */
  warmUp?(signal: AbortSignal): Promise<void>;
  /**
   * What decides its answers beside the entry and the request: the digest of the weights, a program's version. Part of
   * the key of the answer cache. Absent: the entry says it all. Null: the answers of this model are not to be kept.
   */
  identity?(signal: AbortSignal): Promise<string | null>;
  /** Frees what the model holds: weights, a child process. It may be called again after it. */
  unload?(): Promise<void>;
}

/** What a model server can be asked about its models. Each throws `ProviderError` and ends within `signal`. */
export interface Catalogue {
  discover(
    env: ProviderEnv,
    signal: AbortSignal,
    options?: { readonly baseUrl?: string; readonly apiKey?: string },
  ): Promise<readonly DiscoveredModel[]>;
  /** Fetches a model, telling of its progress. Cancelled by `signal`. */
  pull?(name: string, env: ProviderEnv, signal: AbortSignal, progress: (at: PullProgress) => void): Promise<void>;
}

/** A model that a server has. What it does not tell is null. */
export interface DiscoveredModel {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly parameters: string | null;
  readonly quantisation: string | null;
  /** Tokens. */
  readonly contextLength: number | null;
  readonly family: string | null;
  readonly digest: string | null;
  /** True when it is in memory now. */
  readonly loaded: boolean | null;
}

export interface PullProgress {
  /** The server's word for what it does: `pulling manifest`. */
  readonly step: string;
  readonly doneBytes: number | null;
  readonly totalBytes: number | null;
}

/** What a provider may take from outside, handed in by the composition root. */
export interface ProviderEnv {
  /** `OLLAMA_HOST`, `OPENAI_BASE_URL`, and the like: addresses that the operator set. */
  readonly addresses: Readonly<Record<string, string | undefined>>;
  /**
   * Resolves a key reference such as `env:OPENAI_API_KEY` or `secret:NAME` for the address that it is sent to.
   * Undefined where it is not set, or not for that address.
   */
  secret(reference: string, url?: string): string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Loads an optional package by name. Throws what `import` throws where it is not installed. */
  importPackage(name: string): Promise<unknown>;
  /** Where an optional package begins, as a file URL, for who loads it in another process. Throws as `importPackage`. */
  locatePackage(name: string): string;
  /** Variables that a child process may see: where programs are, and nothing secret. */
  readonly childVariables: Readonly<Record<string, string>>;
  /** Where relative paths of an entry begin. */
  readonly baseFolder: string;
  readonly quirks: QuirkMemory;
}

/** One peculiarity of one model of one server, as it was learned. */
export interface LearnedQuirk {
  /** Id of the quirk's row in its provider's table. */
  readonly id: string;
  /** What was learned with it, such as the largest answer limit; null where the fact is all. */
  readonly value: number | string | null;
}

/** What was learned about models, kept beyond the process. Loses silently: what is lost is learned again. */
export interface QuirkMemory {
  /** `key` names provider type, endpoint and model: `quirkKey` of lib/. */
  recall(key: string): Promise<readonly LearnedQuirk[]>;
  learn(key: string, quirks: readonly LearnedQuirk[]): Promise<void>;
}

export interface Message {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export interface ModelRequest {
  readonly role: string;
  readonly chunk: Chunk;
  /** Empty for models that read the chunk. */
  readonly messages: readonly Message[];
  /** JSON Schema of the answer, for servers that can hold a model to it; null where the role has none. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  /** Room for the answer, tokens. */
  readonly maxTokens: number;
  /**
   * Asked before a repetition where the attempt before it may have cost something: false where the budget does not
   * allow it. Absent: any may be made. It is no part of what is asked.
   */
  readonly mayRepeat?: () => Promise<boolean>;
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
