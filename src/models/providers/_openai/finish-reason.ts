/** How an answer ended, in the words of many servers. */
export type Ending = 'complete' | 'length' | 'refused' | 'failed';

const ENDINGS: readonly (readonly [ending: Ending, words: RegExp])[] = [
  [
    'refused',
    /^(content[_-]?filter(ed)?|refusal|refused|safety|prohibited_content|blocklist|spii|recitation|sensitive|error_toxic|guardrail.*)$/i,
  ],
  // DeepSeek's second word: https://api-docs.deepseek.com/api/create-chat-completion
  [
    'length',
    /^(length|max_tokens|max_output_tokens|model_length|token_limit|model_context_window_exceeded|insufficient_system_resource|abort(ed)?|cancel(l)?ed|incomplete)$/i,
  ],
  ['failed', /^(error|error_.*|malformed_function_call)$/i],
];

/** What a finish reason means. A word that nobody knows is taken for an end: `eos`, `end_turn`, `COMPLETE`. */
export function readEnding(reason: string): Ending {
  return ENDINGS.find(([, words]) => words.test(reason))?.[0] ?? 'complete';
}

/** The words that OpenAI has. */
export const USUAL: ReadonlySet<string> = new Set(['stop', 'length', 'content_filter', 'tool_calls', 'function_call']);
