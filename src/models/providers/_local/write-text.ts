import type { HostCall, HostReply } from './host-messages.ts';
import type { Inputs, LoadedOnnx, OnnxPackage, Tokenizer } from './onnx-package.ts';

type Write = Extract<HostCall, { kind: 'write' }>;

/** The prompt does not fit the model, whole as it must be. */
export class TooLarge extends Error {}

/**
 * Lets a language model answer. The prompt is never cut; what is left of the window is room for the answer. With
 * `signal` it stops after the token that is being computed.
 */
export async function writeText(
  { tokenizer, model, window }: LoadedOnnx,
  onnx: OnnxPackage,
  call: Write,
  signal: AbortSignal,
  heard: (text: string) => void,
): Promise<HostReply> {
  const inputs = wordPrompt(tokenizer, call.messages);
  const tokensIn = inputs['input_ids']?.dims[1] ?? 0;
  const room = Math.min(call.maxTokens, window - tokensIn);
  if (room < 1) throw new TooLarge(`its prompt of ${tokensIn} tokens does not fit the window of ${window}`);

  const stopping = new onnx.InterruptableStoppingCriteria();
  const stop = () => stopping.interrupt();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const written = await model.generate({
      ...inputs,
      max_new_tokens: room,
      do_sample: call.temperature > 0,
      ...(call.temperature > 0 ? { temperature: call.temperature, ...(call.topP === null ? {} : { top_p: call.topP }) } : {}),
      stopping_criteria: stopping,
      ...(call.streamed
        ? { streamer: new onnx.TextStreamer(tokenizer, { skip_prompt: true, skip_special_tokens: true, callback_function: heard }) }
        : {}),
    });
    const ids = ((written.tolist() as bigint[][])[0] ?? []).slice(tokensIn).map(Number);
    const ended = endTokens(model).has(ids.at(-1) ?? -1);
    return {
      text: tokenizer.decode(ids, { skip_special_tokens: true }),
      finish: ended ? 'complete' : 'length',
      tokensIn,
      tokensOut: ids.length,
    };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** By the model's own template; a model without one is shown the texts one after the other. */
function wordPrompt(tokenizer: Tokenizer, messages: Write['messages']): Inputs {
  const joined = messages.map(({ content }) => content).join('\n\n');
  if (!tokenizer.chat_template) return tokenizer(joined, { truncation: false });
  const options = { add_generation_prompt: true, return_dict: true, truncation: false };
  try {
    return tokenizer.apply_chat_template(messages, options);
  } catch {
    // Some templates refuse the system role: its text then opens the user's.
    return tokenizer.apply_chat_template([{ role: 'user', content: joined }], options);
  }
}

function endTokens({ generation_config, config }: LoadedOnnx['model']): ReadonlySet<number> {
  return new Set([generation_config?.eos_token_id, config['eos_token_id']].flat().filter((id): id is number => typeof id === 'number'));
}
