import type { ModelRequest, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { toGrammarSchema } from './grammar-schema.ts';
import type { History } from './llama-package.ts';
import type { LoadedLlama } from './load-llama.ts';

export interface Sampling {
  readonly temperature: number;
  readonly seed: number;
  readonly topP: number | undefined;
  readonly maxTokens: number;
}

/**
 * One answer. The prompt is never cut and never shifted out of the context: what is left of it is room for the answer.
 * Throws `ProviderError` (`too-large`), or whatever the package throws.
 */
export async function answerByLlama(
  loaded: LoadedLlama,
  model: string,
  { messages, schema }: Pick<ModelRequest, 'messages' | 'schema'>,
  { temperature, seed, topP, maxTokens }: Sampling,
  signal: AbortSignal,
  heard: ((text: string) => void) | undefined,
): Promise<Reply> {
  const { llama, chat, sequence, contextSize } = loaded;
  const history: History = [
    ...messages.map(({ role, content }) => ({ type: role, text: content })),
    { type: 'model' as const, response: [] },
  ];
  const tokensIn = chat.chatWrapper.generateContextState({ chatHistory: history }).contextText.tokenize(loaded.model.tokenizer).length;
  const room = Math.min(maxTokens, contextSize - tokensIn - RESERVE);
  if (room < 1) {
    throw new ProviderError('too-large', `The prompt of ${tokensIn} tokens does not fit the context of ${model}, ${contextSize} tokens`, {
      hint: 'Raise context_length in its settings, or use a model with a larger window.',
    });
  }
  const wanted = schema === null ? null : toGrammarSchema(schema);
  const grammar = wanted === null ? {} : { grammar: await llama.createGrammarForJsonSchema(wanted) };
  const before = sequence.tokenMeter.getState();
  const { response, metadata } = await chat.generateResponse(history, {
    signal,
    maxTokens: room,
    temperature,
    seed,
    ...(topP === undefined ? {} : { topP }),
    ...(heard === undefined ? {} : { onTextChunk: heard }),
    ...grammar,
  });
  const cut = metadata.stopReason === 'maxTokens';
  const limit = room < maxTokens ? `the end of its context of ${contextSize} tokens` : 'its token limit';
  return {
    text: response,
    finish: cut ? 'length' : 'complete',
    reason: cut ? `the answer was cut by ${limit}` : null,
    tokensIn,
    tokensOut: sequence.tokenMeter.diff(before).usedOutputTokens,
  };
}

/** Tokens that stay free, so that the context is never shifted: https://node-llama-cpp.withcat.ai/guide/chat-context-shift */
const RESERVE = 16;
