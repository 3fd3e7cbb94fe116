import { UnavailableError } from '#model/errors.ts';

const REACH = 'Check the connection (no proxy is used), or set HF_ENDPOINT to a mirror that can be reached.';
const ADDRESS = 'Set HF_ENDPOINT to the address of a hub, or leave it unset for https://huggingface.co.';
const LATER = 'Try again later, or name the model without a search.';

/** What stands in the way, by the code of the network's error. */
const NETWORK: readonly (readonly [codes: RegExp, why: string])[] = [
  [/^ECONNREFUSED$/, 'the connection was refused'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'the name of the host is not known'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'the connection timed out'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/, 'the host cannot be reached'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE)$/, 'the connection was dropped'],
  [/^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_)/, 'its TLS certificate is not trusted'],
  [/^(EPROTO|ERR_SSL_|HPE_)/, 'it speaks another protocol'],
];

/**
 * Why the hub could not be asked, in one sentence with what to do. Only codes are taken from errors: their messages may
 * carry headers, and with them a token.
 */
export function explainHubFault(error: unknown, hub: string, signal: AbortSignal): UnavailableError {
  const [why, hint] = signal.aborted ? ['the search was cancelled', 'Search again.'] : findReason(error);
  return new UnavailableError(`The Hugging Face hub at ${hub} could not be asked: ${why}`, { hint, retryable: hint === LATER });
}

function findReason(error: unknown): readonly [why: string, hint: string] {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : null;
  if (status !== null) return wordStatus(status);
  if (error instanceof SyntaxError) return ['it answered with something else than a list of models', ADDRESS];
  const code = findCode(error);
  // Nobody cancelled it: its time was up.
  if (code === 'ABORT_ERR' || (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)))
    return ['it took too long to answer', LATER];
  const known = NETWORK.find(([codes]) => codes.test(code));
  return [known?.[1] ?? `the connection failed${code === '' ? '' : ` (${code})`}`, REACH];
}

function wordStatus(status: number): readonly [why: string, hint: string] {
  if (status === 401 || status === 403)
    return [`it refused the token (HTTP ${status})`, 'Put a valid token into HF_TOKEN, or unset it: a search needs none.'];
  if (status === 429)
    return ['its rate limit is reached (HTTP 429)', 'Wait some minutes, or set HF_TOKEN: accounts may search more often.'];
  if (status >= 500) return [`it failed (HTTP ${status})`, LATER];
  if (status >= 300 && status < 400) return ['it redirects to another address, which is not followed', ADDRESS];
  if (status === 407) return ['a proxy on the way wants a login (HTTP 407)', REACH];
  return [`it does not know the search (HTTP ${status})`, ADDRESS];
}

/** `fetch` wraps the system's error in a cause, and a host with several addresses in a list. */
function findCode(error: unknown): string {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return findCode(cause.errors[0]);
  }
  return '';
}
