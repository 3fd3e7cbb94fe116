import { counts, type Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Severity } from '#model/severity.ts';
import type { Reporter } from '#ports/reporter.ts';
import { cutText, defuseCommands, oneLine, showControls } from '#report/plain-text.ts';
import { countOf, headline, placeOf } from '#report/wording.ts';
import { type AnnotationLevel, workflowCommand } from '#report/workflow-command.ts';

const LEVELS: Readonly<Record<Severity, AnnotationLevel>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
};

/** Shown of each level in one step; the runner drops the others without a word. https://github.com/orgs/community/discussions/26680 */
const MAX_OF_A_LEVEL = 10;

export const github: Reporter = {
  id: 'github',
  summary: 'Annotations in the log of a GitHub Actions step, as workflow commands.',
  render: (result) => {
    const counting = result.findings.filter(counts);
    const room = roomFor(result);
    const shown = counting.filter((finding) => {
      const level = LEVELS[finding.severity];
      room[level] -= 1;
      return room[level] >= 0;
    });
    const rest = counting.filter((finding) => !shown.includes(finding));
    const lines = [...conclusionCommand(result), ...shown.map(findingCommand), ...restLines(rest), lastLine(result)];
    return `${lines.join('\n')}\n`;
  },
};

/** The gap and the notice of further findings take a place of their own. */
function roomFor({ conclusion }: ScanResult): Record<AnnotationLevel, number> {
  const gap = conclusion === 'error' || conclusion === 'incomplete' ? 1 : 0;
  return { error: MAX_OF_A_LEVEL - gap, warning: MAX_OF_A_LEVEL, notice: MAX_OF_A_LEVEL - 1 };
}

function conclusionCommand({ conclusion, reason }: ScanResult): string[] {
  if (conclusion === 'passed' || conclusion === 'findings') return [];
  const title = conclusion === 'error' ? 'Aegis: the review could not run' : 'Aegis: the review is incomplete';
  return [workflowCommand('error', { title }, cutText(showControls(reason), 4000))];
}

function findingCommand(finding: Finding): string {
  const { path, startLine, endLine, severity, cwe, title, fix } = finding;
  const message = finding.explanation ?? finding.message;
  const name = `${oneLine(title)}${cwe === null ? '' : ` (${cwe})`} · ${severity}`;
  const text = fix === null ? message : `${message}\nFix: ${fix}`;
  return workflowCommand(
    LEVELS[severity],
    { file: showControls(path), line: String(startLine), endLine: String(endLine), title: cutText(name, 200) },
    cutText(showControls(text), 4000),
  );
}

/** What finds no place among the annotations stands in the log as plain text. */
function restLines(rest: readonly Finding[]): string[] {
  if (rest.length === 0) return [];
  const plain = rest.map(
    (finding) =>
      `${finding.severity} ${oneLine(placeOf(finding))} ${oneLine(finding.title)}${finding.cwe === null ? '' : ` (${finding.cwe})`}`,
  );
  return [
    workflowCommand('notice', { title: 'Aegis' }, `${countOf(rest.length, 'more finding')}: see the log of this step.`),
    ...plain.map(defuseCommands),
  ];
}

function lastLine(result: ScanResult): string {
  const complete = result.conclusion === 'passed' || result.conclusion === 'findings';
  return defuseCommands(`Aegis: ${complete ? '' : `${headline(result, null)}. `}${oneLine(result.reason)}`);
}
