/** What all scans of one repository may spend in this calendar month (UTC), wherever it is counted. */
export interface MonthlySpending {
  /** Sets US dollars aside. False: they would go beyond the limit, and nothing was set aside. Throws `UnavailableError`. */
  reserve(usd: number): Promise<boolean>;
  /** Gives back what was set aside and counts what was spent, US dollars. */
  settle(reservedUsd: number, spentUsd: number): Promise<void>;
}
