import { AegisError } from '#model/errors.ts';

/** Why a call brought no answer. The kinds differ in what the caller should do next. */
export type ProviderFault =
  | 'unreachable'
  | 'timeout'
  | 'unauthorized'
  | 'not-found'
  | 'rate-limited'
  | 'too-large'
  | 'bad-request'
  | 'server'
  | 'protocol'
  | 'cancelled';

const RETRYABLE: ReadonlySet<ProviderFault> = new Set(['unreachable', 'rate-limited', 'server', 'protocol']);

/** Faults of calls that were not taken: no service charges for them. After any other it may. */
export const NOT_TAKEN: ReadonlySet<ProviderFault> = new Set(['unauthorized', 'not-found', 'rate-limited', 'too-large', 'bad-request']);
/** The same as the codes of their errors. */
export const NOT_TAKEN_CODES: ReadonlySet<string> = new Set([...NOT_TAKEN].map(codeOf));

/** A call that brought no answer. The message names model and endpoint, never the prompt or a key. */
export class ProviderError extends AegisError {
  readonly code: string;
  readonly fault: ProviderFault;
  /** How long the server asked to wait, milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(fault: ProviderFault, message: string, options: { hint: string; retryAfterMs?: number | null; cause?: unknown }) {
    super(message, { hint: options.hint, retryable: RETRYABLE.has(fault), cause: options.cause });
    this.code = codeOf(fault);
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

function codeOf(fault: ProviderFault): string {
  return `AEGIS_PROVIDER_${fault.toUpperCase().replaceAll('-', '_')}`;
}
