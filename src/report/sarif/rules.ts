import { cweName, cweShortName, cweUrl } from '#lib/cwe.ts';
import type { Finding } from '#model/finding.ts';
import { compareSeverity, type Severity } from '#model/severity.ts';

/** GitHub's scale: over 9.0 critical, 7.0 high, 4.0 medium. https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning */
const SCORES: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '1.0' };

export const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

const UNCLASSIFIED = 'unclassified';

export function ruleIdOf(finding: Pick<Finding, 'cwe'>): string {
  return finding.cwe ?? UNCLASSIFIED;
}

/**
 * One rule for each weakness. GitHub reads an alert's severity from its rule, so a rule carries the worst severity
 * among its findings.
 */
export function listRules(findings: readonly Pick<Finding, 'cwe' | 'severity'>[]) {
  const worst = new Map<string, Severity>();
  for (const finding of findings) {
    const id = ruleIdOf(finding);
    const known = worst.get(id);
    if (known === undefined || compareSeverity(finding.severity, known) < 0) worst.set(id, finding.severity);
  }
  return [...worst].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, severity]) => describeRule(id, severity));
}

function describeRule(id: string, severity: Severity) {
  const short = cweShortName(id) ?? (id === UNCLASSIFIED ? 'Security weakness' : id);
  const full =
    cweName(id) ?? (id === UNCLASSIFIED ? 'A security weakness for which no model named a CWE' : `A weakness of the class ${id}`);
  const page = id === UNCLASSIFIED ? 'https://cwe.mitre.org/' : cweUrl(id);
  return {
    id,
    name: pascalCase(short),
    shortDescription: { text: `${short}.` },
    fullDescription: { text: `${full}.` },
    helpUri: page,
    help: {
      text: `${full}. ${id === UNCLASSIFIED ? '' : `See ${page} for examples and mitigations.`}`.trim(),
      markdown: id === UNCLASSIFIED ? `${full}.` : `**${full}**\n\n[${id}](${page}) has examples and mitigations.`,
    },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', ...(id === UNCLASSIFIED ? [] : [`external/cwe/cwe-${id.replace('CWE-', '').padStart(3, '0')}`])],
      precision: 'medium',
      'security-severity': SCORES[severity],
    },
  };
}

/** `SQL Injection` → `SqlInjection`. */
function pascalCase(text: string): string {
  return (text.match(/[A-Za-z0-9]+/g) ?? [])
    .map((word) => word.charAt(0).toUpperCase() + (/[a-z]/.test(word) ? word.slice(1) : word.slice(1).toLowerCase()))
    .join('');
}
