import type { Severity } from '#model/severity.ts';
import type { SourceKind, Taint } from './flow/value.ts';

/** How much less a weakness weighs when its source is in fewer hands. */
const WEIGHTS: Readonly<Record<SourceKind, { readonly cap: Severity; readonly factor: number; readonly rank: number }>> = {
  request: { cap: 'critical', factor: 1, rank: 0 },
  browser: { cap: 'high', factor: 0.95, rank: 1 },
  stored: { cap: 'medium', factor: 0.65, rank: 2 },
  param: { cap: 'medium', factor: 0.65, rank: 3 },
  cli: { cap: 'low', factor: 0.5, rank: 4 },
  inner: { cap: 'low', factor: 0.4, rank: 5 },
};
const MILDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** The source that matters most of those that take part. */
export function worstOf(taints: readonly Taint[]): Taint | undefined {
  return [...taints].sort((a, b) => WEIGHTS[a.source.kind].rank - WEIGHTS[b.source.kind].rank)[0];
}

export function weigh(kind: SourceKind, severity: Severity, confidence: number): { severity: Severity; confidence: number } {
  const { cap, factor } = WEIGHTS[kind];
  const milder = MILDER[Math.max(MILDER.indexOf(severity), MILDER.indexOf(cap))] ?? severity;
  return { severity: milder, confidence: Math.round(confidence * factor * 100) / 100 };
}

/** How a source is named in a sentence. */
export function nameSource({ source }: Taint): string {
  if (source.kind === 'param')
    return source.owner?.name ? `The parameter \`${source.text}\` of \`${source.owner.name}\`` : `The parameter \`${source.text}\``;
  return /^the /.test(source.text) ? source.text.replace('the', 'The') : `\`${source.text}\``;
}
