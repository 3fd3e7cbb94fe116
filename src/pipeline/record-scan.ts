import type { Outline } from '#model/outline.ts';
import type { ScanRecord } from '#model/scan-record.ts';

/** The record of a scan. Texts of whole files are left out: what the hunks show is enough to place a claim. */
export function recordScan(
  parts: Omit<ScanRecord, 'version' | 'outlines'> & { readonly outlines: ReadonlyMap<string, Outline | null> },
): ScanRecord {
  return {
    ...parts,
    version: 1,
    chunks: parts.chunks.map((chunk) => ({ ...chunk, files: chunk.files.map((file) => ({ ...file, text: null })) })),
    outlines: Object.fromEntries(parts.outlines),
  };
}
