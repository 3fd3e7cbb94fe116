import { exchange } from '../_kit/exchange.ts';
import type { Target } from '../_kit/target.ts';

type Client = import('replicate').default;

/** One exchange through Replicate’s client. Nothing of it comes from the environment. */
export async function ask(target: Target, signal: AbortSignal, send: (client: Client) => Promise<unknown>): Promise<unknown> {
  const { default: Replicate } = await import('replicate');
  return await exchange(target, signal, (fetch) =>
    // The real key is set by `exchange`. There are no files to upload: with `data-uri` the client sends itself as the input.
    send(
      new Replicate({ auth: 'unset', baseUrl: target.url, fetch: failOnce(fetch), useFileOutput: false, fileEncodingStrategy: 'upload' }),
    ),
  );
}

/** The client repeats a request six times where `fetch` throws, and cannot be told not to: the same fault is thrown at once. */
function failOnce(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  let fault: { readonly error: unknown } | null = null;
  return async (input, init) => {
    if (fault !== null) throw fault.error;
    try {
      return await fetch(input, init);
    } catch (error) {
      fault = { error };
      throw error;
    }
  };
}
