/** How far a scan is, for the title of its open check: `Reviewing: 12 of 40 calls`. */
export function describeProgress({ done, of }: { readonly done: number; readonly of: number }): string {
  return `Reviewing: ${done} of ${of} ${of === 1 ? 'call' : 'calls'}`;
}
