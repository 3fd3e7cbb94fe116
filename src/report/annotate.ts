import type { Finding } from '#model/finding.ts';
import type { CheckAnnotation } from '#model/publication.ts';
import { cutText, oneLine, showControls } from './plain-text.ts';
import { agreementOf, confidenceOf } from './wording.ts';

/** A finding as an annotation: plain text, as far as https://docs.github.com/rest/checks/runs says; 255 characters of title, 64 KB of message. */
export function annotate(finding: Finding): CheckAnnotation {
  const { path, startLine, endLine, severity, cwe, title, fix, confidence } = finding;
  const message = finding.explanation ?? finding.message;
  const facts = `${agreementOf(finding)}, confidence ${confidenceOf(confidence)}`;
  const text = [showControls(message), ...(fix === null ? [] : [`Fix: ${showControls(fix)}`]), facts].join('\n\n');
  return {
    path,
    startLine,
    endLine,
    severity,
    title: cutText(oneLine(cwe === null ? title : `${cutText(title, 230)} (${cwe})`), 255),
    message: cutText(text, 16_000),
  };
}
