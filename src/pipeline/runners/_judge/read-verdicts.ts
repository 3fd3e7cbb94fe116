import { groupBy } from '#lib/group-by.ts';
import { readJsonParts, sayWhyNone } from '#lib/tolerant-json.ts';
import type { JudgeCase, Verdict } from '#model/verdict.ts';
import type { Understood } from '../_reply/read-reply.ts';
import { findVerdicts, type Numbered } from './find-verdicts.ts';

/**
 * Reads a judge's verdicts, in whatever form and company it wrote them. Those on cases that it was not asked about are
 * ignored, those that are missing stay missing, and a case with two that contradict each other is `uncertain`: a judge may
 * quote an answer that the change holds.
 */
export function readVerdicts(cases: readonly JudgeCase[]): (text: string) => Understood {
  return (text) => {
    const { parts, damaged, reasoningOnly } = readJsonParts(text);
    const found = parts
      .map((part) => ({ part, verdicts: findVerdicts(part.value, part.partial) }))
      .filter(({ verdicts }) => verdicts.length > 0);
    const alone = found.filter(({ part }) => part.alone);
    const answers = alone.length > 0 ? alone : found;
    const verdicts = settle(
      answers.flatMap((answer) => answer.verdicts),
      cases,
    );
    const [first] = answers;
    if (first !== undefined && verdicts.length > 0) {
      const cut = parts.slice(parts.indexOf(first.part)).some((part) => part.cut);
      return { kind: 'understood', claims: [], opinion: { kind: 'verdicts', verdicts }, cut };
    }
    const none = sayWhyNone(text, parts.length > 0, damaged, reasoningOnly);
    return { kind: 'unreadable', reason: found.length > 0 ? 'the answer decides none of the claims that were shown' : none };
  };
}

/**
 * At most one verdict for each case, in the order of the cases. Where there is one case, a verdict without a name is on it.
 * A judge that counts from 0 means other cases than it names: none of its verdicts counts.
 */
function settle(found: readonly Numbered[], cases: readonly JudgeCase[]): readonly Verdict[] {
  const numbers = found.flatMap(({ number }) => number ?? []);
  if (numbers.includes(0) && numbers.every((number) => number < cases.length)) return [];
  const byNumber = groupBy(found, ({ number }) => number ?? (cases.length === 1 ? 1 : 0));
  return cases.flatMap(({ id }, index) => {
    const said = byNumber.get(index + 1) ?? [];
    const last = said.at(-1);
    if (last === undefined) return [];
    const { number: _, ...verdict } = last;
    const agreed = said.every((one) => one.verdict === last.verdict);
    return [{ caseId: id, ...verdict, ...(!agreed && { verdict: 'uncertain' as const, confidence: null }) }];
  });
}
