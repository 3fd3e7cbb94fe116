import type { Severity } from './severity.ts';

/** From which severity on a finding blocks the change. The first rule of `paths` that names its file decides. */
export interface FailRule {
  readonly severity: Severity | 'none';
  readonly paths: readonly { readonly paths: readonly string[]; readonly severity: Severity | 'none' }[];
}
