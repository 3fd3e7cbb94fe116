import type { Severity } from '#model/severity.ts';

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  error: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  low: 'low',
  style: 'low',
  performance: 'low',
  portability: 'low',
  info: 'low',
  information: 'low',
  note: 'info',
};

/** A tool's word for how bad something is. */
export function severityOf(word: string): Severity {
  return SEVERITY[word.toLowerCase()] ?? 'medium';
}

const CONFIDENCE: Readonly<Record<string, number>> = { high: 0.9, medium: 0.6, low: 0.3 };

/** A tool's word for how sure it is: the middles of three ranks, as the reader of answers takes them. */
export function confidenceOf(word: string | null | undefined): number | null {
  return CONFIDENCE[word?.toLowerCase() ?? ''] ?? null;
}

/** The first `CWE-89` of a text, or of a list of texts; null for none. */
export function cweOf(value: unknown): string | null {
  const text = Array.isArray(value) ? value.join('\n') : String(value ?? '');
  const number = /\bCWE[-_ ]?0*(\d{1,4})\b/i.exec(text)?.[1];
  return number === undefined ? null : `CWE-${number}`;
}

/** `subprocess_popen_with_shell` → `Subprocess popen with shell`. */
export function titleOf(rule: string): string {
  const words = rule.replace(/[_./-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
