import type picocolors from 'picocolors';
import { groupBy } from '#lib/group-by.ts';
import type { Finding } from '#model/finding.ts';
import type { Severity } from '#model/severity.ts';
import { cutText, oneLine, showControls } from '../plain-text.ts';
import { describeNote, isWithoutVote, strategyName } from '../wording.ts';
import { wrap } from './wrap.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

const PAINT: Readonly<Record<Severity, (text: string, colors: Colors) => string>> = {
  critical: (text, colors) => colors.bold(colors.red(text)),
  high: (text, colors) => colors.red(text),
  medium: (text, colors) => colors.yellow(text),
  low: (text, colors) => colors.blue(text),
  info: (text, colors) => colors.gray(text),
};

const MAX_TITLE = 48;
const NARROWEST_TITLE = 16;

interface Columns {
  readonly line: number;
  readonly title: number;
  readonly width: number;
  readonly withStates: boolean;
}

export interface FindingsView {
  readonly width: number;
  /** Whether an earlier scan is known, so that it says something whether a finding is new. */
  readonly withStates: boolean;
}

/** One block for each file, the file with the worst finding first; within a file in the order of its lines. */
export function renderFindings(findings: readonly Finding[], { width, withStates }: FindingsView, colors: Colors): string[] {
  const columns: Columns = {
    line: Math.max(4, ...findings.map(({ startLine }) => String(startLine).length)),
    title: Math.min(
      Math.max(0, ...findings.map((finding) => titleOf(finding).length)),
      // Line, severity, CWE, votes, confidence and name take the rest of the row.
      Math.max(NARROWEST_TITLE, width - 50),
    ),
    ...{ width, withStates },
  };
  return [...groupBy(findings, ({ path }) => path)].map(([path, group]) => {
    const rows = group.toSorted((a, b) => a.startLine - b.startLine).map((finding) => renderFinding(finding, columns, colors));
    return [`  ${colors.bold(oneLine(path))}`, ...rows].join('\n');
  });
}

function renderFinding(finding: Finding, columns: Columns, colors: Colors): string {
  const { id, severity, votes, cwe, confidence, startLine, evidence, fix } = finding;
  const row = [
    colors.dim(String(startLine).padStart(columns.line)),
    PAINT[severity](severity.padEnd(8), colors),
    colors.bold(cutText(titleOf(finding), columns.title).padEnd(columns.title)),
    colors.dim(
      `${(cwe ?? '–').padEnd(8)}  ${isWithoutVote(finding) ? '–  ' : `${votes.for}/${votes.of}`}  ${confidence === null ? '–   ' : confidence.toFixed(2)}  ${id}`,
    ),
    ...(columns.withStates && finding.state !== 'persisting' ? [colors.bold(finding.state)] : []),
  ];
  const indent = ' '.repeat(columns.line + 4);
  const room = columns.width - indent.length;
  const code = evidence === '' ? [] : [`${colors.dim('│')} ${colors.cyan(cutText(oneLine(evidence), room - 2))}`];
  const remedy = fix === null ? [] : wrap(`fix: ${fix}`, room).map((line) => colors.green(line));
  const offered = replacementOf(finding, room, colors);
  const judged = judgeLines(finding, room, colors);
  return [
    `  ${row.join('  ')}`,
    ...[
      ...code,
      ...wrap(finding.explanation ?? finding.message, room),
      ...judged,
      ...noteLines(finding, room, colors),
      ...remedy,
      ...offered,
    ].map((line) => indent + line),
  ].join('\n');
}

/** What custom roles know of it. */
function noteLines({ notes }: Finding, room: number, colors: Colors): string[] {
  return notes.flatMap(({ role, modelId, note }) =>
    wrap(`${strategyName(role)} (${oneLine(modelId)}): ${cutText(describeNote(note), 300)}`, room).map((line) => colors.dim(line)),
  );
}

/** What the judge said, in its own words. */
function judgeLines({ models }: Finding, room: number, colors: Colors): string[] {
  const judge = models.find(({ role }) => role === 'judge');
  if (judge === undefined) return [];
  return wrap(`judge (${oneLine(judge.id)}): ${judge.verdict}; ${cutText(judge.message, 300)}`, room).map((line) => colors.dim(line));
}

/** Lines of a replacement that a terminal shows; every other format has all of them. */
const MAX_OFFERED = 12;

/** The checked replacement as a patch shows it. */
function replacementOf({ replacement }: Finding, room: number, colors: Colors): string[] {
  if (replacement === null) return [];
  const lines = replacement.text === '' ? [] : showControls(replacement.text).split('\n');
  const shown = lines.slice(0, MAX_OFFERED).map((line) => colors.green(cutText(`+ ${line}`, room)));
  const { startLine, endLine } = replacement;
  const place = startLine === endLine ? `line ${startLine}` : `lines ${startLine}–${endLine}`;
  const more = lines.length > MAX_OFFERED ? [colors.dim(`… and ${lines.length - MAX_OFFERED} more lines`)] : [];
  return [colors.dim(lines.length === 0 ? `checked: remove ${place}` : `checked, in place of ${place}:`), ...shown, ...more];
}

function titleOf({ title }: Finding): string {
  return cutText(oneLine(title), MAX_TITLE);
}
