import { cweUrl } from '#lib/cwe.ts';
import { counts, type Finding, type Replacement } from '#model/finding.ts';
import type { Severity } from '#model/severity.ts';
import type { Reporter } from '#ports/reporter.ts';
import { toJsonText } from '#report/json-text.ts';
import { escapeBlock, escapeInline } from '#report/markdown/escape.ts';
import { cutText, showControls } from '#report/plain-text.ts';
import { agreementOf, confidenceOf } from '#report/wording.ts';

const SEVERITY: Readonly<Record<Severity, 'ERROR' | 'WARNING' | 'INFO'>> = {
  critical: 'ERROR',
  high: 'ERROR',
  medium: 'WARNING',
  low: 'INFO',
  info: 'INFO',
};

/**
 * What reviewdog posts on other hosts, as `DiagnosticResult` of
 * https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto. Findings that do not count are left out. The
 * format has no place for what was not reviewed: an incomplete scan shows in the exit code alone, so a job must heed it
 * (`set -o pipefail`). reviewdog puts messages into comments as they are, so they are escaped as Markdown.
 */
export const rdjson: Reporter = {
  id: 'rdjson',
  summary: 'Diagnostics for reviewdog, which comments on Bitbucket, Gerrit, Gitea, GitLab and others.',
  render: ({ findings }) => {
    const counting = findings.filter(counts);
    const [worst] = counting;
    return toJsonText({
      source: { name: 'aegis' },
      ...(worst !== undefined && { severity: SEVERITY[worst.severity] }),
      diagnostics: counting.map(describeDiagnostic),
    });
  },
};

function describeDiagnostic(finding: Finding) {
  const { title, path, startLine, endLine, severity, cwe, fix, confidence, replacement } = finding;
  const paragraphs = [
    `**${escapeInline(cutText(title, 200))}** · ${severity}`,
    escapeBlock(finding.explanation ?? finding.message),
    fix === null ? '' : escapeBlock(`Fix: ${fix}`),
    `${agreementOf(finding)}, confidence ${confidenceOf(confidence)}`,
  ];
  return {
    message: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'),
    location: { path: showControls(path), range: { start: { line: startLine }, end: { line: endLine } } },
    severity: SEVERITY[severity],
    ...(cwe !== null && { code: { value: cwe, url: cweUrl(cwe) } }),
    ...(replacement !== null && { suggestions: [suggest(replacement)] }),
  };
}

/** Without columns a range is of whole lines and leaves the last line end; to remove lines it must be taken, too. */
function suggest({ startLine, endLine, text }: Replacement) {
  return text === ''
    ? { range: { start: { line: startLine, column: 1 }, end: { line: endLine + 1, column: 1 } }, text }
    : { range: { start: { line: startLine }, end: { line: endLine } }, text };
}
