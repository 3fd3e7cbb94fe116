/** The part of `node-llama-cpp` that is used, as it is: https://node-llama-cpp.withcat.ai/api/functions/getLlama */
export interface LlamaPackage {
  getLlama(options: object): Promise<Llama>;
  readonly LlamaChat: new (options: object) => Chat;
}

export interface Llama {
  readonly gpu: string | false;
  loadModel(options: object): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: object): Promise<object>;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly gpuLayers: number;
  readonly tokenizer: object;
  createContext(options: object): Promise<LlamaContext>;
  /** Frees its contexts, too. */
  dispose(): Promise<void>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): Sequence;
}

export interface Sequence {
  readonly tokenMeter: { getState(): object; diff(before: object): { readonly usedOutputTokens: number } };
}

export type History = readonly (
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly never[] }
)[];

export interface Chat {
  readonly chatWrapper: {
    generateContextState(options: { readonly chatHistory: History }): {
      readonly contextText: { tokenize(tokenizer: object): readonly unknown[] };
    };
  };
  generateResponse(
    history: History,
    options: object,
  ): Promise<{ readonly response: string; readonly metadata: { readonly stopReason: string } }>;
}
