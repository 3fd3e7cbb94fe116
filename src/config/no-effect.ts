/**
 * Keys of the contract that this version reads and checks, but does not act on. Giving one is a warning: nothing in
 * the file is ignored without a word. `unless` is the value that says what this version does anyway.
 */
export const NO_EFFECT: readonly { readonly key: string; readonly unless?: string | number | boolean }[] = [
  { key: 'preset' },
  { key: 'review.request_changes', unless: false },
  { key: 'skip.labels' },
  { key: 'overrides' },
  { key: 'instructions' },
  { key: 'privacy.mask_secrets', unless: false },
];
