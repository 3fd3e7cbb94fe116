import type { ScanResult } from '#model/scan-result.ts';

/** A reporter turns a scan result into one text. Pure: text out, nothing written. */
export interface Reporter {
  /** The name for `--format`. */
  readonly id: string;
  readonly summary: string;
  render(result: ScanResult, options: ReportOptions): string;
}

export interface ReportOptions {
  /** ANSI colours. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Category of the upload (SARIF `automationDetails.id`). */
  readonly category: string;
  readonly version: string;
  /** When the scan began and ended: UTC, whole seconds, without a zone: `2027-01-31T09:30:00`. */
  readonly began: string;
  readonly ended: string;
}
