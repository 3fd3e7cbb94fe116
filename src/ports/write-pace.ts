/**
 * Holds writes that create content to what GitHub allows one installation, over all processes:
 * 80 a minute and 500 an hour. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export interface WritePace {
  /** Resolves when the next write of the installation may be made, and counts it. Rejects with the signal's reason. */
  take(installationId: number, signal?: AbortSignal): Promise<void>;
}

export const WRITES_A_MINUTE = 80;
export const WRITES_AN_HOUR = 500;
