import type { AnchoredBy, Claim } from '#model/candidate.ts';
import type { Contributor, Finding } from '#model/finding.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { candidates } from './archive-schema.ts';

interface Said {
  readonly modelId: string;
  readonly role: string;
  readonly path: string;
  readonly claim: Claim;
}

/** One row for each claim of a scan, with the finding that it went into. */
export function candidateRows(scanId: string, record: Pick<ScanRecord, 'chunks' | 'result'>): (typeof candidates.$inferInsert)[] {
  return claimsOf(record).map(({ modelId, role, path, claim }, position) => {
    const { startLine, endLine, cwe, severity, confidence } = claim;
    const found = findHome({ modelId, role, path, claim }, record.result.findings);
    return {
      ...{ scanId, position, modelId, role, path, startLine, endLine, cwe, severity, confidence },
      anchoredBy: found?.anchoredBy ?? null,
      fingerprint: found?.fingerprint ?? null,
    };
  });
}

function claimsOf({ chunks, result }: Pick<ScanRecord, 'chunks' | 'result'>): Said[] {
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  return result.executions.flatMap(({ modelId, role, chunkId, outcome }) => {
    const chunk = byId.get(chunkId);
    // What was said of a proposed replacement is about code that is not in the change.
    if (chunk === undefined || (outcome.kind !== 'answered' && outcome.kind !== 'truncated')) return [];
    const [only, second] = chunk.files;
    return outcome.claims.map((claim) => {
      // In a chunk of one file that file is meant, whatever a model calls it.
      const path = only !== undefined && second === undefined ? only.path : (claim.path ?? '');
      return { modelId, role, path, claim };
    });
  });
}

/** A finding lists of each model its most confident claim; another claim of that model at the same lines went there, too. */
function findHome(
  said: Said,
  findings: readonly Finding[],
): { readonly fingerprint: string; readonly anchoredBy: AnchoredBy | null } | null {
  const near = findings.flatMap((finding) => {
    const contributor = finding.models.find(({ id, role, verdict }) => id === said.modelId && role === said.role && verdict === 'reported');
    return contributor === undefined || finding.path !== said.path ? [] : [{ finding, contributor }];
  });
  const exact = near.find(({ contributor }) => isListed(contributor, said.claim));
  if (exact !== undefined) return { fingerprint: exact.finding.fingerprint, anchoredBy: exact.contributor.anchoredBy ?? null };
  const { startLine } = said.claim;
  const around = near.find(({ finding }) => startLine !== null && finding.startLine <= startLine && startLine <= finding.endLine);
  return around === undefined ? null : { fingerprint: around.finding.fingerprint, anchoredBy: null };
}

function isListed({ message, named, severity, confidence }: Contributor, claim: Claim): boolean {
  const { startLine, endLine } = claim;
  const first = startLine === null || endLine === null ? (startLine ?? endLine) : Math.min(startLine, endLine);
  const sameLines = (named?.startLine ?? null) === first;
  return sameLines && message.trim() === claim.message.trim() && severity === claim.severity && confidence === claim.confidence;
}
