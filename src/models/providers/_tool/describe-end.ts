import { ProviderError } from '#ports/provider-error.ts';
import type { Ended } from '../_process/run-program.ts';

/** What a run is judged by. `quote`: what of its words may be shown, empty or `: “…”`. */
interface Judged {
  readonly name: string;
  readonly exitCodes: readonly number[];
  readonly quote: string;
}

/** The fault of a run that ended in a way that is none of the tool's; null where it ended well. */
export function faultOfEnd({ exitCode, endedBy }: Ended, { name, exitCodes, quote }: Judged): ProviderError | null {
  if (endedBy !== null)
    return new ProviderError('server', `The program ${name} was ended by ${endedBy}${quote}`, {
      hint: 'Run it by hand on the same files; it may need more memory.',
    });
  if (exitCode !== null && exitCodes.includes(exitCode)) return null;
  // The same files would bring the same end: this is not tried again.
  return new ProviderError('bad-request', `The program ${name} ended with exit code ${exitCode}${quote}`, {
    hint: 'Run it by hand to see why; where the code is no fault, name it in `settings.exit_codes`.',
  });
}

export function tooMuchPrinted(name: string, maxOutput: number): ProviderError {
  return new ProviderError('too-large', `The program ${name} printed more than ${maxOutput} bytes and was stopped`, {
    hint: 'Make it print less, or raise `max_output`.',
  });
}

/** It ended well, and what it printed is not in its form. */
export function strangeOutput(name: string, form: string, quote: string): ProviderError {
  return new ProviderError('protocol', `The program ${name} printed something else than ${form}${quote}`, {
    hint: 'Run it by hand to see what it prints.',
  });
}
