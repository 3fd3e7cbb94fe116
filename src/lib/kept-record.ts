import { counts } from '#model/finding.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';

/** A record as it is kept: whole files are read by detectors alone, and nobody reads them again. */
export function withoutTexts(record: ScanRecord): ScanRecord {
  return {
    ...record,
    chunks: record.chunks.map((chunk) => ({ ...chunk, files: chunk.files.map((file) => ({ ...file, text: null })) })),
  };
}

/** What a list shows of a scan. Names of branches and files in `what` come from strangers. */
export function summariseScan({ conclusion, findings, consensus, change }: ScanResult) {
  return { conclusion, findings: findings.filter(counts).length, strategy: consensus.strategy, what: describeChange(change) };
}

/** `main … feature`; what is known of it where not both sides have a name. */
export function describeChange({ base, head, files }: ScanResult['change']): string {
  const names = [base, head].filter((name) => name !== null);
  return names.length > 0 ? names.join(' … ') : `${files} file${files === 1 ? '' : 's'}`;
}

/**
 * Whether something that was read is a record of this version. Aegis alone writes records, so what would show a cut or
 * foreign one is looked at: its version, and that every part is there.
 */
export function isScanRecord(value: unknown): value is ScanRecord {
  if (!isObject(value) || value['version'] !== 1 || typeof value['today'] !== 'string') return false;
  const { plan, change, outlines, result } = value;
  return (
    hasLists(value, ['chunks', 'left']) &&
    isObject(outlines) &&
    isObject(plan) &&
    hasLists(plan, ['seats', 'reserves', 'suppress']) &&
    isObject(plan['stages']) &&
    isObject(plan['consensus']) &&
    isObject(change) &&
    hasLists(change, ['files']) &&
    isObject(result) &&
    hasLists(result, ['findings', 'models', 'ledger', 'executions'])
  );
}

function hasLists(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return keys.every((key) => Array.isArray(value[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
