import type { FailRule } from '#model/fail-rule.ts';
import type { Finding } from '#model/finding.ts';
import type { ModelSummary, ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { listStandIns, type StandIn } from '../stand-ins.ts';
import { countOf, listSeverities, splitFindings } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeInline } from './escape.ts';

/** The paragraph below the headline: what was found against the floor, or what went wrong and how to mend it. */
export function renderOpening(result: ScanResult, ctx: Pick<MarkdownContext, 'failRule' | 'rerun'>): string {
  const { conclusion, reason } = result;
  switch (conclusion) {
    case 'error':
    case 'incomplete': {
      const check =
        ctx.failRule === null ? '' : ' The check does not pass, because a change that was not fully reviewed must not look reviewed.';
      return `${escapeInline(cutText(reason, 1500))}${check}\n\n**Mend it:** ${remedies(result).join('; ')}. Then ${ctx.rerun}.`;
    }
    case 'findings':
      return `${againstFloor(result.findings, ctx.failRule)} · ${coverageClause(result)}`;
    case 'passed':
      return (
        escapeInline(reason) + (result.passedOver === 0 ? '' : ` Triage alone called ${countOf(result.passedOver, 'hunk')} of it safe.`)
      );
  }
}

function againstFloor(findings: readonly Finding[], rule: FailRule | null): string {
  const { blocking, others } = splitFindings(findings, rule);
  if (rule === null || (rule.severity === 'none' && rule.paths.length === 0)) return `**${listSeverities(others)}**`;
  // Where floors differ by path, one number would be wrong for some of them.
  const floor = rule.paths.length === 0 ? codeSpan(`fail_on: ${rule.severity}`) : `the ${codeSpan('fail_on')} of their paths`;
  if (blocking.length === 0) return `**${listSeverities(others)}**, all below ${floor}`;
  const below = others.length === 0 ? '' : ` · ${listSeverities(others)} below it`;
  return `**${listSeverities(blocking)}** at or above ${floor}${below}`;
}

function coverageClause({ coverage, passedOver }: ScanResult): string {
  if (coverage.uncovered > 0)
    return `**${countOf(coverage.uncovered, 'hunk')} of source that no model covers**, which this repository accepts`;
  const all = coverage.reviewed === 1 ? 'the one hunk to review was reviewed' : `all ${coverage.reviewed} hunks to review were reviewed`;
  return passedOver === 0 ? all : `${all}, ${passedOver} of them by triage alone, which called them safe`;
}

/** Models that one sentence names. */
const MOST_MODELS = 5;

/** What a person can do about a review that did not fully run, by what went wrong. */
function remedies({ models, coverage, executions, spending }: ScanResult): string[] {
  if (spending.exhausted !== null) return [`raise ${codeSpan('budget')} in ${codeSpan('.aegis.yml')}, or make the change smaller`];
  const standIns = listStandIns(executions);
  const faulty = [...new Set(models.filter((model) => model.fault !== null && !isMadeUp(model, standIns)).map(({ id }) => id))];
  const out: string[] = [];
  if (faulty.length > 0) out.push(`see to it that ${nameModels(faulty)} can answer`);
  if (coverage.uncovered > 0)
    out.push(`add a model that covers the uncovered files listed below, or accept them with ${codeSpan('review: { uncovered: note }')}`);
  if (coverage.partial > 0 && faulty.length === 0) out.push(`add models or lower ${codeSpan('consensus.min_votes')}`);
  return out.length === 0 ? ['see below what was left out'] : out;
}

function nameModels(ids: readonly string[]): string {
  const more = ids.length - MOST_MODELS;
  return [...ids.slice(0, MOST_MODELS).map((id) => codeSpan(cutText(id, 100))), ...(more > 0 ? [`${more} more`] : [])].join(' and ');
}

/** True when another model answered wherever this one did not. */
function isMadeUp({ id, role, failed, refused, truncated, unreadable, skipped }: ModelSummary, standIns: readonly StandIn[]): boolean {
  const answered = standIns.filter((one) => one.standsInFor === id && one.role === role).reduce((sum, one) => sum + one.answered, 0);
  return truncated + unreadable + skipped === 0 && answered === failed + refused;
}
