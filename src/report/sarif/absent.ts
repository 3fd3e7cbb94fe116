import type { GoneFinding } from '#model/lifecycle.ts';
import { encodePath } from '../encode-path.ts';
import { cutText, showControls } from '../plain-text.ts';
import { escapeLinks } from './escape-links.ts';
import { LEVELS, ruleIdOf } from './rules.ts';

/** Findings of the scan before that are fixed, as results that a viewer of two scans counts as gone. */
export function listAbsent(gone: readonly GoneFinding[], ruleIds: readonly string[]) {
  return gone.map((finding) => ({
    ruleId: ruleIdOf(finding),
    ruleIndex: ruleIds.indexOf(ruleIdOf(finding)),
    level: LEVELS[finding.severity],
    message: { text: escapeLinks(`${cutText(showControls(finding.title), 300)}. Fixed: ${cutText(showControls(finding.because), 300)}.`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodePath(finding.path), uriBaseId: '%SRCROOT%' },
          region: { startLine: finding.startLine, endLine: finding.endLine },
        },
      },
    ],
    baselineState: 'absent',
    partialFingerprints: { 'aegis/v1': finding.fingerprint },
  }));
}
