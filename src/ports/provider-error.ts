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

/** A call that brought no answer. The message names model and endpoint, never the prompt or a key. */
export class ProviderError extends AegisError {
  readonly code: string;
  readonly fault: ProviderFault;
  /** How long the server asked to wait, milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(fault: ProviderFault, message: string, options: { hint: string; retryAfterMs?: number | null; cause?: unknown }) {
    super(message, { hint: options.hint, retryable: RETRYABLE.has(fault), cause: options.cause });
    this.code = `AEGIS_PROVIDER_${fault.toUpperCase().replaceAll('-', '_')}`;
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
