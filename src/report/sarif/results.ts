import { createHash } from 'node:crypto';
import type { Finding, FindingState, Replacement } from '#model/finding.ts';
import { encodePath } from '../encode-path.ts';
import { cutText, showControls } from '../plain-text.ts';
import { agreementOf, confidenceOf } from '../wording.ts';
import { escapeLinks } from './escape-links.ts';
import { LEVELS, ruleIdOf } from './rules.ts';

/** Turns findings into SARIF results, in their order. `withStates`: where an earlier scan is known. */
export function listResults(findings: readonly Finding[], ruleIds: readonly string[], withStates: boolean) {
  const indexes = new Map(ruleIds.map((id, index) => [id, index]));
  const hashes = hashLines(findings);
  return findings.map((finding, index) => ({
    ruleId: ruleIdOf(finding),
    ruleIndex: indexes.get(ruleIdOf(finding)) ?? -1,
    level: LEVELS[finding.severity],
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodePath(finding.path), uriBaseId: '%SRCROOT%' },
          region: {
            startLine: finding.startLine,
            endLine: finding.endLine,
            ...(finding.evidence === '' ? {} : { snippet: { text: cutText(finding.evidence, 1000) } }),
          },
        },
      },
    ],
    ...(withStates && { baselineState: BASELINE_STATES[finding.state] }),
    partialFingerprints: { primaryLocationLineHash: hashes[index] ?? '', 'aegis/v1': finding.fingerprint },
    ...(finding.replacement === null ? {} : { fixes: [fixOf(finding.path, finding.replacement)] }),
    ...(finding.suppressedBy === null
      ? {}
      : {
          suppressions: [
            {
              kind: finding.suppressedBy === 'inline-ignore' ? 'inSource' : 'external',
              status: 'accepted',
              justification: cutText(`${finding.suppressedBy}: ${showControls(finding.suppressedReason ?? '')}`, 1000),
            },
          ],
        }),
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      votes: { ...finding.votes },
      models: finding.models.map(({ id, role, confidence, severity, verdict }) => ({ id, role, confidence, severity, verdict })),
    },
  }));
}

/** SARIF 2.1.0, section 3.27.24. What is back was not in the scan before. */
const BASELINE_STATES: Readonly<Record<FindingState, 'new' | 'unchanged' | 'absent'>> = {
  new: 'new',
  reopened: 'new',
  persisting: 'unchanged',
  dismissed: 'unchanged',
  fixed: 'absent',
  unknown: 'unchanged',
};

/** Whole lines take the place of whole lines, whose last line end stays: SARIF 2.1.0, sections 3.30.5 and 3.57. */
function fixOf(path: string, { startLine, endLine, text }: Replacement) {
  const artifactLocation = { uri: encodePath(path), uriBaseId: '%SRCROOT%' };
  return { artifactChanges: [{ artifactLocation, replacements: [{ deletedRegion: { startLine, endLine }, insertedContent: { text } }] }] };
}

/** GitHub shows the first sentence of a message in its lists: https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning */
function messageOf(finding: Finding): string {
  const { title, fix, confidence } = finding;
  const message = finding.explanation ?? finding.message;
  const sentences = [
    `${showControls(title)
      .trim()
      .replace(/[.\s]+$/, '')}.`,
    ...(message.trim() === '' ? [] : [showControls(message).trim()]),
    ...(fix === null ? [] : [`Fix: ${showControls(fix).trim()}`]),
    `${agreementOf(finding)}, confidence ${confidenceOf(confidence)}.`,
  ];
  return cutText(escapeLinks(sentences.join('\n\n')), 10_000);
}

/**
 * The one fingerprint that GitHub reads, `hash:occurrence`, over the line without its white space. Its own action
 * hashes the 100 signs from there on, which needs the file; any stable value of this form keeps an alert one alert.
 */
function hashLines(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  const hashes = new Array<string>(findings.length);
  const inLineOrder = [...findings.entries()].toSorted(([, a], [, b]) => a.startLine - b.startLine);
  for (const [index, finding] of inLineOrder) {
    const line = finding.evidence.replace(/\s+/g, '');
    const hash = createHash('sha256')
      .update(JSON.stringify([finding.path, line]))
      .digest('hex')
      .slice(0, 16);
    const key = `${ruleIdOf(finding)} ${hash}`;
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    hashes[index] = `${hash}:${occurrence}`;
  }
  return hashes;
}
