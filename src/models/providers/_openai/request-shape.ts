/** How a chat request is built for one model of one server. */
export interface Shape {
  /** How the answer is held to its schema, strictest first. `value` is the form of text-generation-inference before 3. */
  readonly structured: 'strict' | 'schema' | 'value' | 'object' | 'none';
  /** Keywords of JSON Schema that the server does not take. */
  readonly withoutKeywords: readonly string[];
  /** True where JSON mode needs the word in the prompt. */
  readonly jsonWord: boolean;
  /** Names of the parameter that bounds the answer: the first is sent, the others are left to try. */
  readonly limits: readonly ('max_tokens' | 'max_completion_tokens')[];
  /** The most that the server lets it be, once it has said so. */
  readonly cap: number | null;
  /** The model's window, tokens, where the server wants prompt and answer limit to fit into it together. */
  readonly window: number | null;
  readonly temperature: 'asked' | 'above-zero' | 'none';
  readonly seed: boolean;
  readonly topP: boolean;
  /** The word for the effort in place of the one asked for; null to send none. */
  readonly effort: string | null | 'asked';
  /** Who speaks the instructions: `user` opens the user's message with them. */
  readonly system: 'system' | 'developer' | 'user';
  /** True where two messages of one role must be one. */
  readonly alternating: boolean;
  /** True where a message's content must be a list of parts. */
  readonly parts: boolean;
  readonly stream: 'asked' | 'never' | 'always';
  readonly streamOptions: boolean;
}

/** The shape that most servers take; `url` tells OpenAI and Azure, whose newer models take no `max_tokens`. */
export function firstShape(url: string): Shape {
  const isOpenAi = /^https:\/\/([^/]+\.)?(openai\.com|openai\.azure\.com)(\/|:|$)/.test(url);
  return {
    structured: 'strict',
    withoutKeywords: [],
    jsonWord: false,
    limits: isOpenAi ? ['max_completion_tokens', 'max_tokens'] : ['max_tokens', 'max_completion_tokens'],
    cap: null,
    window: null,
    temperature: 'asked',
    seed: true,
    topP: true,
    effort: 'asked',
    system: 'system',
    alternating: false,
    parts: false,
    stream: 'asked',
    streamOptions: true,
  };
}
