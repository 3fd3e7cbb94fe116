import type { ReviewSettings } from '#config/review-settings.ts';
import type { ClaimedScan } from '#ports/store.ts';
import type { Upload } from './follow-upload.ts';
import type { HeldLease } from './hold-lease.ts';

/** A claimed scan, and what is known of it on the way. */
export interface Job {
  readonly claimed: ClaimedScan;
  readonly lease: HeldLease;
  /** What the configuration says of the check, as soon as it could be read. */
  check: Pick<ReviewSettings['check'], 'enabled' | 'name'>;
}

/** How a scan ended. */
export interface Ending {
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly reason: string;
  /** What the host still works on. */
  readonly upload?: Upload;
}

/** Which review this is, for the log. */
export function nameOf(scan: ClaimedScan): string {
  const where = scan.number === 0 ? 'merge group' : `#${scan.number}`;
  return `${scan.owner}/${scan.repo}${scan.number === 0 ? ' ' : ''}${where}@${scan.headSha.slice(0, 7)}`;
}
