import picocolors from 'picocolors';
import { counts } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Reporter } from '#ports/reporter.ts';
import { cutText, defuseCommands, oneLine } from '#report/plain-text.ts';
import { describeStandIn, listStandIns } from '#report/stand-ins.ts';
import { renderClosing } from '#report/terminal/closing.ts';
import { type Colors, renderFindings } from '#report/terminal/findings.ts';
import { renderGaps } from '#report/terminal/gaps.ts';
import { wrap } from '#report/terminal/wrap.ts';
import { countOf, doneWithoutOf, fallbackOf } from '#report/wording.ts';

const NARROWEST = 60;

export const pretty: Reporter = {
  id: 'pretty',
  summary: 'For people at a terminal.',
  render: (result, options) => {
    const colors = picocolors.createColors(options.color);
    const width = Math.max(NARROWEST, options.width);
    const counting = result.findings.filter(counts);
    const blocks = [
      heading(result, colors),
      ...renderFindings(counting, { width, withStates: result.since !== undefined }, colors),
      ...renderGaps(result, width, colors),
      ...stoodIn(result, width, colors),
      ...remarks(result, width, colors),
      renderClosing(result, width, colors),
    ];
    return `${blocks.join('\n\n')}\n`.split('\n').map(defuseCommands).join('\n');
  },
};

function heading({ change, models }: ScanResult, colors: Colors): string {
  const sides = [change.base, change.head].filter((side) => side !== null).map((side) => cutText(oneLine(side), 60));
  const names = [...new Set(models.map(({ id }) => oneLine(id)))].join(', ');
  const facts = [sides.join(' … '), `${countOf(change.files, 'file')}, ${countOf(change.hunks, 'hunk')}`, names];
  return `  ${colors.dim(facts.filter((fact) => fact !== '').join(' · '))}`;
}

/** Whose seat another model took, and why: what was reviewed, was reviewed by somebody else than was asked for. */
function stoodIn({ executions }: ScanResult, width: number, colors: Colors): string[] {
  const lines = listStandIns(executions).flatMap((standIn) => {
    const names = [standIn.model, standIn.standsInFor].map((id) => cutText(oneLine(id), 100));
    const [first = '', ...others] = wrap(`${names.join(' for ')}${describeStandIn(standIn, oneLine)}`, width - 6);
    return [`    ${first}`, ...others.map((line) => `      ${line}`)];
  });
  return lines.length === 0 ? [] : [colors.dim(['  stood in', ...lines].join('\n'))];
}

/** What went otherwise than was asked for, though the review is whole: a judge that failed, a budget that was spent. */
function remarks(result: ScanResult, width: number, colors: Colors): string[] {
  const sentences = [fallbackOf(result.consensus), doneWithoutOf(result)].filter((sentence) => sentence !== null);
  const lines = sentences.flatMap((sentence) => wrap(sentence, width - 2).map((line) => `  ${line}`));
  return lines.length === 0 ? [] : [colors.yellow(lines.join('\n'))];
}
