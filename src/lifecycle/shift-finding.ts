import type { Finding } from '#model/finding.ts';

/** A finding in the same lines at another place: `shift` is what is added to their numbers. */
export function shiftFinding(finding: Finding, to: { readonly path: string; readonly hunkId: string; readonly shift: number }): Finding {
  const move = <Lines extends { readonly startLine: number; readonly endLine: number }>(lines: Lines): Lines => ({
    ...lines,
    startLine: lines.startLine + to.shift,
    endLine: lines.endLine + to.shift,
  });
  return {
    ...move(finding),
    path: to.path,
    hunkId: to.hunkId,
    replacement: finding.replacement === null ? null : move(finding.replacement),
    models: finding.models.map((model) => (model.named === undefined ? model : { ...model, named: move(model.named) })),
  };
}
