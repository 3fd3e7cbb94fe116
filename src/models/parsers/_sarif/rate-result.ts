import { readConfidence, readSeverity } from '#lib/read-scales.ts';
import type { Severity } from '#model/severity.ts';
import type { SarifResult, SarifRule } from './log-schema.ts';

type Properties = SarifResult['properties'];

/**
 * How bad a result is. GitHub's `security-severity`, a CVSS score
 * (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning),
 * says it best; then the tool's own word, which has more steps than the four levels of SARIF; then a level that is
 * written down; then `rank`, 0 to 100. The level that SARIF assumes where none is written is the last resort.
 */
export function rateSeverity(result: SarifResult, rule: SarifRule | null): Severity {
  const own = [result.properties, rule?.properties];
  const score = firstIn(own, ['security-severity', 'security_severity', 'cvss'], (value) => readSeverity(scoreOf(value)));
  const word = firstIn(own, ['issue_severity', 'severity', 'impact'], readSeverity);
  const level = readSeverity(result.level ?? rule?.defaultConfiguration?.level);
  return score ?? word ?? level ?? fromRank(result.rank ?? rule?.defaultConfiguration?.rank) ?? 'medium';
}

/** What the tool says of its certainty: bandit's, gosec's and semgrep's confidence, CodeQL's precision. */
export function rateConfidence(result: SarifResult, rule: SarifRule | null): number | null {
  return firstIn([result.properties, rule?.properties], ['confidence', 'issue_confidence', 'precision'], readConfidence);
}

/** `7` is a score and no rank of five steps: the property's definition says so. */
function scoreOf(value: unknown): string | null {
  const score =
    typeof value === 'number' || (typeof value === 'string' && /^\s*\d{1,2}(?:\.\d+)?\s*$/.test(value)) ? Number(value) : Number.NaN;
  return Number.isFinite(score) ? score.toFixed(1) : null;
}

/** A rank is a priority of 0 to 100 (§3.27.25); -1 means that there is none. */
function fromRank(rank: number | null | undefined): Severity | null {
  return rank == null || rank < 0 || rank > 100 ? null : readSeverity((rank / 10).toFixed(1));
}

function firstIn<T>(places: readonly (Properties | undefined)[], names: readonly string[], read: (value: unknown) => T | null): T | null {
  for (const properties of places) {
    for (const name of names) {
      const found = properties != null && Object.hasOwn(properties, name) ? read(properties[name]) : null;
      if (found !== null) return found;
    }
  }
  return null;
}
