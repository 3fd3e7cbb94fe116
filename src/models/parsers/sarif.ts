import { z } from 'zod';
import { isObject } from '#lib/fields.ts';
import { readJsonParts, sayWhyNone } from '#lib/tolerant-json.ts';
import type { Claim } from '#model/candidate.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { cleanMessage, cleanOrNull, cleanTitle, firstSentence } from './_claim/clean-text.ts';
import { MAX_CLAIMS } from './_claim/gather.ts';
import { readResult, readRun, type SarifResult, type SarifRun } from './_sarif/log-schema.ts';
import { rateConfidence, rateSeverity } from './_sarif/rate-result.ts';
import { readMessage, wordsOf } from './_sarif/read-message.ts';
import { readPath } from './_sarif/read-path.ts';
import { cweOf, openRuleBook, type RuleBook } from './_sarif/rule-book.ts';

/** Reads what static tools print in SARIF 2.1.0, log lines around it and a cut tail included. */
export const sarif: Parser = {
  id: 'sarif',
  aliases: [],
  summary: 'SARIF 2.1.0, as static tools print it: results, their rules, weaknesses and places.',
  config: z.strictObject({}),
  open: () => ({ read: parseSarif }),
};

interface Log {
  readonly runs: readonly unknown[];
  /** Containers that lack something because the text ended. */
  readonly partial: ReadonlySet<object>;
  readonly cut: boolean;
}

/**
 * A run without a list of results did not scan (§3.14.23) and says nothing. A run that failed, or that reports an error
 * of its own, has seen part of the code only: its results count, and the answer is a cut one.
 */
function parseSarif(text: string): ParseResult {
  const log = findLog(text);
  if (typeof log === 'string') return { kind: 'unreadable', reason: log };
  const claims: Claim[] = [];
  let cut = log.cut;
  let scanned = false;
  let unusable = 0;
  for (const value of log.runs) {
    const run = readRun(value);
    if (run === null || !isObject(value)) continue;
    const results = 'results' in value && Array.isArray(value.results) ? (value.results as unknown[]) : null;
    scanned ||= results !== null;
    cut ||= results === null || hasFailed(run);
    const book = openRuleBook(run);
    for (const element of results ?? []) {
      const result = isObject(element) && !log.partial.has(element) ? readResult(element) : null;
      if (result !== null && !isMeant(result)) continue;
      const claim = result === null ? null : claimOf(result, run, book);
      if (claim === null) unusable += 1;
      else if (claims.length < MAX_CLAIMS) claims.push(claim);
      else cut = true;
    }
  }
  if (!scanned) return { kind: 'unreadable', reason: 'the SARIF log holds no list of results: the tool did not scan' };
  if (claims.length === 0 && unusable > 0 && !cut)
    return { kind: 'unreadable', reason: 'none of the results in the SARIF log says anything' };
  return { kind: 'parsed', claims, cut: cut || unusable > 0 };
}

/** The log, or one clause on why there is none. */
function findLog(text: string): Log | string {
  const whole = parseWhole(text);
  if (isLog(whole)) return { runs: whole.runs, partial: new Set(), cut: false };
  const { parts, damaged, reasoningOnly } = readJsonParts(text);
  const part = parts.findLast(({ value }) => isLog(value));
  if (part !== undefined && isLog(part.value)) return { runs: part.value.runs, partial: part.partial, cut: part.cut };
  return parts.length > 0 || isObject(whole)
    ? 'the JSON is not a SARIF log: it has no list of runs'
    : sayWhyNone(text, false, damaged, reasoningOnly);
}

function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

function isLog(value: unknown): value is { readonly runs: readonly unknown[] } {
  return isObject(value) && 'runs' in value && Array.isArray(value.runs);
}

function hasFailed(run: SarifRun): boolean {
  if ((run.externalPropertyFileReferences?.results ?? []).length > 0) return true;
  return (run.invocations ?? []).some(
    (invocation) =>
      invocation?.executionSuccessful === false || (invocation?.toolExecutionNotifications ?? []).some((one) => one?.level === 'error'),
  );
}

/** Left out: what passed, what a suppression that was not turned down marks, and what is gone since the baseline. */
function isMeant({ kind, suppressions, baselineState }: SarifResult): boolean {
  if (kind === 'pass' || kind === 'notApplicable' || baselineState === 'absent') return false;
  const statuses = (suppressions ?? []).map((suppression) => suppression?.status ?? 'accepted');
  return statuses.length === 0 || statuses.some((status) => status !== 'accepted');
}

function claimOf(result: SarifResult, run: SarifRun, book: RuleBook): Claim | null {
  const rule = book.ruleOf(result);
  const name = wordsOf(rule?.shortDescription) ?? rule?.name ?? result.ruleId ?? rule?.id ?? null;
  const message = readMessage(result, rule, book) ?? wordsOf(rule?.fullDescription) ?? name;
  if (message === null) return null;
  const place = (result.locations ?? []).find((location) => location?.physicalLocation != null)?.physicalLocation;
  const startLine = place?.region?.startLine ?? null;
  return {
    title: cleanTitle(name ?? firstSentence(message)),
    cwe: cweOf(result, rule, run),
    severity: rateSeverity(result, rule),
    confidence: rateConfidence(result, rule),
    path: readPath(place?.artifactLocation, run),
    startLine: startLine === 0 ? null : startLine,
    endLine: startLine === null || startLine === 0 ? null : Math.max(startLine, place?.region?.endLine ?? startLine),
    evidence: cleanOrNull(place?.region?.snippet?.text ?? null),
    message: cleanMessage(message),
    fix: cleanOrNull(wordsOf(result.fixes?.find((fix) => fix?.description != null)?.description)),
  };
}
