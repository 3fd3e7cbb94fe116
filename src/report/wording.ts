import type { FailRule } from '#model/fail-rule.ts';
import { counts, type Finding, type Note } from '#model/finding.ts';
import { STEERING_ROLE } from '#model/model-entry.ts';
import type { ModelSummary, ScanResult } from '#model/scan-result.ts';
import { SEVERITIES } from '#model/severity.ts';
import { createBlocker } from './fail-rule.ts';
import { cutText } from './plain-text.ts';

/** `1 hunk`, `2 hunks`. */
export function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** `1 critical, 2 high`, worst first; empty for none. */
export function listSeverities(findings: readonly Finding[]): string {
  return SEVERITIES.map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`)
    .join(', ');
}

/** Findings that count: those that block the change, and the others. Null where nothing is blocked by what is found. */
export function splitFindings(findings: readonly Finding[], rule: FailRule | null): { blocking: Finding[]; others: Finding[] } {
  const counting = findings.filter(counts);
  const blocks = rule === null ? () => false : createBlocker(rule);
  return { blocking: counting.filter(blocks), others: counting.filter((finding) => !blocks(finding)) };
}

/**
 * The conclusion in a few words, for a heading. It never sounds like approval when the review is incomplete. `rule`
 * is null where nothing is blocked by what is found.
 */
export function headline(result: Pick<ScanResult, 'conclusion' | 'findings' | 'coverage'>, rule: FailRule | null): string {
  const { blocking, others } = splitFindings(result.findings, rule);
  const block = `${countOf(blocking.length, 'finding')} ${blocking.length === 1 ? 'blocks' : 'block'} this change`;
  switch (result.conclusion) {
    case 'error':
      return 'the review could not run';
    case 'incomplete':
      if (blocking.length > 0) return `the review is incomplete, and ${block}`;
      return others.length > 0 ? `the review is incomplete, with ${countOf(others.length, 'finding')} so far` : 'the review is incomplete';
    case 'findings':
      if (blocking.length > 0) return block;
      return rule === null ? countOf(others.length, 'finding') : `${countOf(others.length, 'finding')}, none blocks this change`;
    case 'passed':
      return result.coverage.reviewed === 0 ? 'nothing to review' : 'nothing found';
  }
}

/** `src/app.js:42`, `src/app.js:42-44`. */
export function placeOf({ path, startLine, endLine }: Pick<Finding, 'path' | 'startLine' | 'endLine'>): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

/** `0.94`, or that the models did not say. */
export function confidenceOf(confidence: number | null): string {
  return confidence === null ? 'not stated' : confidence.toFixed(2);
}

/** What a strategy is called in a sentence: `weighted vote`. */
export function strategyName(id: string): string {
  return id.replaceAll('_', ' ');
}

/** `850 ms`, `21.4 s`, `3 min 5 s`. */
export function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** `36 calls, 3 from the cache`; null where every call was made anew. */
export function cachedCallsOf(models: readonly Pick<ModelSummary, 'calls' | 'cached'>[]): string | null {
  const sum = (key: 'calls' | 'cached') => models.reduce((total, model) => total + model[key], 0);
  return sum('cached') === 0 ? null : `${countOf(sum('calls'), 'call')}, ${sum('cached')} from the cache`;
}

/** What a review cost, US dollars: `$0.00`, `<$0.01`, `at least $0.12` where a part is unknown, `cost unknown`. */
export function totalCostOf(models: readonly Pick<ModelSummary, 'costUsd'>[]): string {
  const known = models.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const said = known > 0 && known < 0.005 ? '<$0.01' : `$${known.toFixed(2)}`;
  if (models.every(({ costUsd }) => costUsd !== null)) return said;
  return known < 0.005 ? 'cost unknown' : `at least ${said}`;
}

/** True for what Aegis found by itself: nobody voted on it. */
export function isWithoutVote({ models }: Pick<Finding, 'models'>): boolean {
  return models.length > 0 && models.every(({ role }) => role === STEERING_ROLE);
}

/** Votes for a table: `2 of 3`, `1 of 3 + judge`, `–` where there was no vote. */
export function votesOf({ votes, models }: Pick<Finding, 'votes' | 'models'>): string {
  if (isWithoutVote({ models })) return '–';
  const judge = models.some(({ role, verdict }) => role === 'judge' && verdict === 'confirmed');
  return `${votes.for} of ${votes.of}${judge ? ' + judge' : ''}`;
}

/** Who stands behind a finding, in a clause: `2 of 3 models agree, and the judge confirms it`. */
export function agreementOf({ votes, models }: Pick<Finding, 'votes' | 'models'>): string {
  if (isWithoutVote({ models })) return 'found without a model';
  // Where models of one family are one vote, there may be more models than votes.
  const reporters = new Set(models.flatMap(({ id, verdict }) => (verdict === 'reported' ? [id] : []))).size;
  const voters = reporters > votes.for ? 'votes' : 'models';
  const alone = reporters > 1 ? `found by ${reporters} models that count as one` : 'found by the one model that looked';
  const agree = votes.of === 1 ? alone : `${votes.for} of ${votes.of} ${voters} agree`;
  const judge = models.find(({ role }) => role === 'judge');
  const heard = {
    confirmed: 'and the judge confirms it',
    rejected: 'the judge rejects it',
    uncertain: 'the judge is not sure',
    reported: '',
  };
  return judge === undefined ? agree : `${agree}, ${heard[judge.verdict]}`;
}

/** What the judge decided, in a clause: `the judge heard 4 cases: 1 confirmed, 3 rejected`; null where none was asked. */
export function judgedOf({ judged }: ScanResult['consensus']): string | null {
  if (judged === undefined) return null;
  const { confirmed, rejected, uncertain, unheard } = judged;
  const parts = Object.entries({ confirmed, rejected, uncertain, 'without an answer': unheard }).filter(([, count]) => count > 0);
  const cases = confirmed + rejected + uncertain + unheard;
  return cases === 0
    ? null
    : `the judge was asked about ${countOf(cases, 'case')}: ${parts.map(([word, count]) => `${count} ${word}`).join(', ')}`;
}

/** That cases were decided without the judge that was to, as a sentence; null where none were. It failed, or was not asked before a replay. */
export function fallbackOf({ fellBack, fallback, judged }: ScanResult['consensus']): string | null {
  if (!fellBack) return null;
  const cases = judged === undefined ? 'What it was to decide' : countOf(judged.unheard, 'case');
  const were = judged === undefined || judged.unheard === 1 ? 'was' : 'were';
  return `There is no answer of the judge: ${cases} ${were} decided by ${strategyName(fallback ?? 'union')} instead.`;
}

/** Fields of a note that are shown, and signs of each. */
const MOST_FIELDS = 8;
const FIELD_WORDS = 300;

/** What a custom role answered, field by field: `team: accounts; since: 2023`. Untrusted. */
export function describeNote(note: Note['note']): string {
  const fields = Object.entries(note).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${strategyName(cutText(key, 60))}: ${cutText(text ?? '', FIELD_WORDS)}`;
  });
  return fields.slice(0, MOST_FIELDS).join('; ');
}

/** What a complete review did without because its budget was spent, as a sentence; null where it lacked nothing. */
export function doneWithoutOf({ spending, conclusion }: Pick<ScanResult, 'spending' | 'conclusion'>): string | null {
  if (spending.exhausted === null || conclusion === 'incomplete' || conclusion === 'error') return null;
  return `${spending.exhausted.charAt(0).toUpperCase()}${spending.exhausted.slice(1)}: every hunk was reviewed, and not every finding explained.`;
}
