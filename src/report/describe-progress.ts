/** How far a scan is, as a title: `Reviewing: 12 of 40 calls`. */
export function describeProgress({ stage, done, of }: { readonly stage: string; readonly done: number; readonly of: number }): string {
  const what = stage === 'triage' ? 'Triage' : 'Reviewing';
  return `${what}: ${done} of ${of} calls`;
}
