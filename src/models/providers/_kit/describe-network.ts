import { ProviderError } from '#ports/provider-error.ts';
import type { Target } from './target.ts';

/**
 * Turns what `fetch` threw into the error that people read. Only the system's code is taken from it: the messages of
 * network errors may carry header values, and with them a key.
 */
export function describeNetwork(error: unknown, target: Target, signal: AbortSignal): ProviderError {
  if (signal.aborted) return new ProviderError('cancelled', `The call of ${target.model} was cancelled`, { hint: 'Run the review again.' });
  const code = findCode(error);
  const { why, hint } = REASONS.find((reason) => reason.codes.test(code)) ?? {
    why: `the connection failed${code === '' ? '' : ` (${code})`}`,
  };
  const fault = /HEADERS_TIMEOUT|BODY_TIMEOUT/.test(code) ? 'timeout' : 'unreachable';
  return new ProviderError(fault, `No answer from ${target.model} at ${target.url}: ${why}`, { hint: hint ?? target.advice.unreachable });
}

const REASONS: readonly { codes: RegExp; why: string; hint?: string }[] = [
  { codes: /^ECONNREFUSED$/, why: 'the connection was refused' },
  { codes: /^(ENOTFOUND|EAI_\w+)$/, why: 'the name of the host is not known', hint: 'Check the host in its address.' },
  { codes: /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, why: 'the connection timed out' },
  { codes: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/, why: 'the host cannot be reached' },
  {
    codes: /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/,
    why: 'the connection was dropped before the answer was complete',
    hint: 'Look into the log of the server.',
  },
  { codes: /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, why: 'it was silent for too long', hint: 'Use a smaller model or a faster machine.' },
  {
    codes: /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_)/,
    why: 'its TLS certificate is not trusted',
    hint: 'Name its authority with NODE_EXTRA_CA_CERTS.',
  },
  { codes: /^(EPROTO|ERR_SSL_)/, why: 'it does not speak TLS', hint: 'Write http:// where the server has no certificate.' },
  { codes: /^HPE_/, why: 'it does not speak HTTP', hint: 'Check the port in its address.' },
];

/** `fetch` wraps the system's error in a cause, and a host with several addresses in a list. */
function findCode(error: unknown): string {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return findCode(cause.errors[0]);
  }
  return '';
}
