/** The part of `@huggingface/transformers` that is used, as it is: https://huggingface.co/docs/transformers.js/api/transformers */
export interface OnnxPackage {
  readonly env: { logLevel: number; allowRemoteModels: boolean; fetch: typeof globalThis.fetch; remoteHost: string };
  readonly AutoTokenizer: { from_pretrained(source: string, options: object): Promise<Tokenizer> };
  readonly AutoModelForSequenceClassification: { from_pretrained(source: string, options: object): Promise<Model> };
  readonly AutoModelForTokenClassification: { from_pretrained(source: string, options: object): Promise<Model> };
  readonly AutoModelForCausalLM: { from_pretrained(source: string, options: object): Promise<Model> };
  readonly TextStreamer: new (tokenizer: Tokenizer, options: object) => object;
  readonly InterruptableStoppingCriteria: new () => { interrupt(): void };
}

export interface Tensor {
  readonly dims: readonly number[];
  readonly type: string;
  to(type: string): Tensor;
  tolist(): unknown;
}

export type Inputs = Readonly<Record<string, Tensor>>;

export interface Tokenizer {
  (texts: readonly string[] | string, options: object): Inputs;
  encode(text: string, options?: object): number[];
  decode(ids: readonly number[], options?: object): string;
  apply_chat_template(messages: readonly object[], options: object): Inputs;
  readonly model_max_length: unknown;
  readonly chat_template: unknown;
}

export interface Model {
  (inputs: Inputs): Promise<{ readonly logits: Tensor }>;
  generate(options: object): Promise<Tensor>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly generation_config?: { readonly eos_token_id?: unknown } | null;
}

export interface LoadedOnnx {
  readonly tokenizer: Tokenizer;
  readonly model: Model;
  readonly device: string;
  readonly note: string | null;
  /** Tokens that the model takes at once, the marks around the text among them. */
  readonly window: number;
}
