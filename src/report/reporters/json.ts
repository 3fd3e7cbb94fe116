import type { Finding } from '#model/finding.ts';
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

function toJson({ conclusion, reason, findings, models, executions, coverage, consensus, passedOver, spending, timing }: ScanResult) {
  const standIns = listStandIns(executions);
  return {
    schemaVersion: SCHEMA_VERSION,
    conclusion,
    reason,
    findings: findings.map(findingToJson),
    models: models.map(modelToJson),
    // Beside the keys that are always there: only where a model took the seat of another.
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
    // Beside the contract: hunks that triage alone called safe, and what was spent of the budget.
    triage: { passedOver },
    spending: { usd: spending.usd, tokens: spending.tokens, exhausted: spending.exhausted },
    timing: { totalMs: timing.totalMs },
  };
}

function findingToJson(finding: Finding) {
  const { id, fingerprint, cwe, title, message, severity, confidence, path, startLine, endLine, side } = finding;
  const { evidence, explanation, fix, state, suppressedBy } = finding;
  const models = finding.models.map((model) => ({
    id: model.id,
    role: model.role,
    confidence: model.confidence,
    severity: model.severity,
    verdict: model.verdict,
    ...(model.anchoredBy !== undefined && { anchoredBy: model.anchoredBy }),
    ...(model.named !== undefined && { named: model.named }),
  }));
  const what = { id, fingerprint, cwe, title, message, severity, confidence };
  const told = { explanation, fix, replacement: finding.replacement, notes: finding.notes, state, suppressedBy };
  return { ...what, path, startLine, endLine, side, evidence, anchoredBy: finding.anchoredBy, ...told, votes: finding.votes, models };
}

function modelToJson(model: ModelSummary) {
  const { id, role, calls, cached, answered, refused, truncated, unreadable, failed, skipped, tokensIn, tokensOut, costUsd, latencyMs } =
    model;
  return { id, role, calls, cached, answered, refused, truncated, unreadable, failed, skipped, tokensIn, tokensOut, costUsd, latencyMs };
}
