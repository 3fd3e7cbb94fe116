import type { Contributor, Finding } from '#model/finding.ts';
import type { GoneFinding, Since } from '#model/lifecycle.ts';
import type { ModelSummary, ScanResult } from '#model/scan-result.ts';
import type { Reporter } from '#ports/reporter.ts';
import { toJsonText } from '#report/json-text.ts';
import { listStandIns } from '#report/stand-ins.ts';

/** Rises when a key changes its meaning or goes; new keys leave it. */
const SCHEMA_VERSION = 1;

export const json: Reporter = {
  id: 'json',
  summary: 'Everything about the result, for programs.',
  render: (result) => toJsonText(toJson(result)),
};

function toJson(result: ScanResult) {
  const { conclusion, reason, findings, models, executions, coverage, consensus, passedOver, spending, timing } = result;
  const standIns = listStandIns(executions);
  return {
    schemaVersion: SCHEMA_VERSION,
    conclusion,
    reason,
    findings: findings.map(findingToJson),
    models: models.map(modelToJson),
    // Beside the keys that are always there, others stand only where they say something: that a model took the seat of another.
    ...(standIns.length === 0 ? {} : { standIns }),
    coverage: {
      hunks: coverage.hunks,
      reviewed: coverage.reviewed,
      partial: coverage.partial,
      uncovered: coverage.uncovered,
      skipped: coverage.skipped,
      notApplicable: coverage.notApplicable,
      left: coverage.left.map(({ path, hunks, status, reason: why }) => ({ path, hunks, status, reason: why })),
    },
    consensus: {
      strategy: consensus.strategy,
      fellBack: consensus.fellBack,
      ...(consensus.fallback !== undefined && { fallback: consensus.fallback }),
      ...(consensus.judged !== undefined && { judged: consensus.judged }),
    },
    // Hunks that triage alone called safe; what a limit of the budget cut off.
    ...(passedOver > 0 && { triage: { passedOver } }),
    ...(spending.exhausted !== null && { spending: { usd: spending.usd, tokens: spending.tokens, exhausted: spending.exhausted } }),
    ...(result.since !== undefined && { since: sinceToJson(result.since) }),
    ...(result.ignores !== undefined && { ignores: result.ignores }),
    timing: { totalMs: timing.totalMs },
  };
}

/** What an earlier scan reported and this one does not. */
function sinceToJson({ headSha, fixed, unknown, carriedHunks }: Since) {
  const gone = ({ id, fingerprint, cwe, title, severity, path, startLine, endLine, because }: GoneFinding) => ({
    ...{ id, fingerprint, cwe, title, severity, path, startLine, endLine, because },
  });
  return { headSha, fixed: fixed.map(gone), unknown: unknown.map(gone), carriedHunks };
}

function findingToJson(finding: Finding) {
  const { id, fingerprint, cwe, title, message, severity, confidence, path, startLine, endLine, side } = finding;
  const { evidence, explanation, fix, replacement, notes, state, suppressedBy, votes } = finding;
  const told = {
    ...{ explanation, fix, state, suppressedBy },
    ...(replacement !== null && { replacement }),
    ...(notes.length > 0 && { notes }),
    ...(votes.of > 1 && { votes }),
    ...(finding.suppressedReason !== null && { suppressedReason: finding.suppressedReason }),
  };
  const what = { id, fingerprint, cwe, title, message, severity, confidence };
  return {
    ...what,
    path,
    startLine,
    endLine,
    side,
    evidence,
    ...told,
    models: finding.models.map((model) => contributorToJson(model, finding)),
  };
}

/** How a claim found its lines stands beside it where that was not by the code that it quoted, on the lines that it named. */
function contributorToJson({ id, role, confidence, severity, verdict, anchoredBy, named }: Contributor, { startLine, endLine }: Finding) {
  const elsewhere = named !== undefined && (named.startLine > endLine || named.endLine < startLine);
  return {
    ...{ id, role, confidence, severity, verdict },
    ...(anchoredBy !== undefined && anchoredBy !== 'evidence' && { anchoredBy }),
    ...(elsewhere && { named }),
  };
}

function modelToJson(model: ModelSummary) {
  const { id, role, calls, cached, answered, refused, truncated, unreadable, failed, skipped, tokensIn, tokensOut, costUsd, latencyMs } =
    model;
  return { id, role, calls, cached, answered, refused, truncated, unreadable, failed, skipped, tokensIn, tokensOut, costUsd, latencyMs };
}
