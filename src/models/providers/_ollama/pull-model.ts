import { z } from 'zod';
import type { PullProgress } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { quoteServer } from '../_kit/quote-server.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import { secretsOf, type Target } from '../_kit/target.ts';
import { listen } from './client.ts';

const stepSchema = z.object({
  status: z.string().nullish(),
  completed: z.number().nullish(),
  total: z.number().nullish(),
  error: z.string().nullish(),
});

/**
 * Has the server fetch the model of `target` and tells of each step. Cancelling lets go of the connection, at which
 * Ollama stops; what it has fetched is kept. Throws a `StatusFault` or a `ProviderError`.
 */
export async function pullModel(target: Target, signal: AbortSignal, progress: (at: PullProgress) => void): Promise<void> {
  let finished = false;
  const stopped = await listen(
    target,
    signal,
    async (client) => await client.pull({ model: target.model, stream: true }),
    (part) => {
      const read = stepSchema.safeParse(part);
      if (!read.success) throw strangeAnswer(target, 'a step of another form than expected');
      const { status, completed, total, error } = read.data;
      if (error != null) throw wordFault(error, target);
      finished = status === 'success';
      progress({ step: (status ?? '').slice(0, 200), doneBytes: completed ?? null, totalBytes: total ?? null });
    },
  );
  if (stopped !== null) throw stopped;
  if (!finished) throw strangeAnswer(target, 'no end of the pull');
}

/** Faults of a pull come in its stream, in the words of Go. */
function wordFault(said: string, target: Target): ProviderError {
  const { model, url } = target;
  if (/file does not exist|not found|invalid model name/i.test(said))
    return new ProviderError('not-found', `There is no model ${model} to pull at ${url}`, {
      hint: 'Look for its name at https://ollama.com/search.',
    });
  if (/no space left|disk/i.test(said))
    return new ProviderError('bad-request', `The disk at ${url} has no room for ${model}`, { hint: 'Remove models with `ollama rm`.' });
  if (/newer version of ollama/i.test(said))
    return new ProviderError('bad-request', `${model} needs a newer Ollama than the one at ${url}`, { hint: 'Update it.' });
  if (/dial tcp|lookup|connection|timeout|tls|EOF/i.test(said))
    return new ProviderError('server', `${url} could not reach the library to pull ${model}`, {
      hint: 'Check the network of that machine, and pull again: what was fetched is kept.',
    });
  return new ProviderError('server', `${url} could not pull ${model}${quoteServer(said, [], secretsOf(target))}`, {
    hint: 'Look into the log of Ollama.',
  });
}
