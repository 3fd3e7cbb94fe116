import type { Message } from '#ports/provider.ts';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import { quoteServer } from './quote-server.ts';
import type { StatusFault } from './status-fault.ts';
import { secretsOf, type Target } from './target.ts';

/** Turns a refusal into the error that people read: who refused, why in a few words, what to do. */
export function describeStatus(fault: StatusFault, target: Target, messages: readonly Message[]): ProviderError {
  const [kind, message, hint] = wordStatus(fault, target, quoteServer(fault.said, messages, secretsOf(target)));
  return new ProviderError(kind, message, { hint, retryAfterMs: fault.retryAfterMs });
}

/** True when the prompt does not fit: servers say so under 400, 413 and 500, each in its own words. */
export function isTooLarge({ status, said, kind }: StatusFault): boolean {
  if (status === 413) return true;
  return (
    /context_length_exceeded|exceed_context_size|string_above_max_length|request_too_large/.test(kind) ||
    /(maximum )?context (length|size|window)|prompt is (too|longer)|input (length|is too long|token count)|exceed_context_size|too many (input )?tokens|request too large|must have less than \d+ tokens|tokens\W.{0,40}must be <=/i.test(
      said,
    )
  );
}

/** True when the key is wrong; some servers say so under 400. */
function isUnauthorized({ status, said }: StatusFault): boolean {
  return (
    status === 401 ||
    status === 403 ||
    (status === 400 &&
      /(invalid|incorrect|missing|not valid).{0,30}api[ _-]?key|api[ _-]?key.{0,30}(invalid|incorrect|missing|not valid)/i.test(said))
  );
}

function hasNoCredit({ status, said, kind, retryAfterMs }: StatusFault): boolean {
  return (
    status === 402 ||
    /insufficient_quota|insufficient_credits|billing|spend_limit/.test(kind) ||
    // Anthropic says so under 400.
    (status === 400 && /credit balance is too low|reached your specified api usage limits/i.test(said)) ||
    // Google words every quota like this, and says how long to wait where it is one that fills up again.
    (status === 429 && retryAfterMs === null && /current quota|billing/i.test(said))
  );
}

/** True when the server has no such model; routers and Replicate say so under 400 and 422. */
function isUnknownModel({ status, said, kind }: StatusFault): boolean {
  if (status === 404 || status === 405) return /model/i.test(`${said} ${kind}`);
  return (status === 400 || status === 422) && /model_not_found|model_not_supported|invalid version or not permitted/.test(kind);
}

type Words = readonly [fault: ProviderFault, message: string, hint: string];

function wordStatus(fault: StatusFault, target: Target, quote: string): Words {
  const { model, url, keyName, advice } = target;
  const { status } = fault;
  if (isUnauthorized(fault)) {
    return keyName === null
      ? ['unauthorized', `${url} wants a key for ${model} (HTTP ${status})`, 'Name one with `api_key: env:NAME`.']
      : ['unauthorized', `The key in ${keyName} was refused by ${url} for ${model} (HTTP ${status})`, `Put a valid key into ${keyName}.`];
  }
  if (hasNoCredit(fault))
    return ['unauthorized', `The account behind ${url} has no credit left for ${model} (HTTP ${status})`, 'Check its plan and billing.'];
  if (isTooLarge(fault)) return ['too-large', `The prompt is too long for ${model} at ${url}`, advice.tooLarge];
  if (isUnknownModel(fault)) return ['not-found', `${url} has no model ${model}`, advice.unknownModel];
  if (status === 404 || status === 405)
    return ['not-found', `${url} offers no chat for ${model} (HTTP ${status})`, 'Check base_url; for most servers it ends in /v1.'];
  if (status === 429) {
    const wait = fault.retryAfterMs === null ? '' : `, and asks to wait ${Math.ceil(fault.retryAfterMs / 1000)} s`;
    return [
      'rate-limited',
      `${url} refused the call of ${model}: rate limit reached${wait}`,
      'Lower `concurrency` in its settings, or wait.',
    ];
  }
  if (status >= 300 && status < 400) {
    return ['bad-request', `${url} redirects ${model} to another address, which is not followed`, 'Set base_url to the final address.'];
  }
  // 409 and 425 ask to try again: https://www.rfc-editor.org/rfc/rfc9110#name-409-conflict, https://www.rfc-editor.org/rfc/rfc8470#section-5.2
  if (status === 408 || status === 409 || status === 425)
    return ['server', `${url} gave up on ${model} (HTTP ${status})`, 'Try again later.'];
  if (/requires more system memory/i.test(fault.said))
    return ['bad-request', `${model} does not fit into the memory at ${url}${quote}`, 'Use a smaller model.'];
  if (status >= 500)
    return ['server', `${url} failed on ${model} (HTTP ${status})${quote}`, 'Try again later, or look into the log of the server.'];
  return ['bad-request', `${url} refused the request for ${model} (HTTP ${status})${quote}`, 'Check the settings of the model.'];
}
