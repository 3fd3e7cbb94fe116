/** What goes wrong with the next requests of a route. */
export interface Fault {
  /** `POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews`, `POST /graphql`; `*` for every route. */
  readonly route: string;
  /** How many requests it spoils; 1 by default. */
  readonly times?: number;
  /** How many requests pass before it begins; 0 by default. */
  readonly skip?: number;
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut: before the request takes effect, or after it. */
  readonly drop?: 'before' | 'after';
  readonly delayMs?: number;
}

/** Faults in the order in which they were set; each spoils its number of requests and is used up. */
export class FaultList {
  private readonly faults: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.faults.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.faults.length = 0;
  }

  take(route: string): Fault | null {
    const entry = this.faults.find(({ fault, left }) => left > 0 && (fault.route === '*' || fault.route === route));
    if (entry === undefined) return null;
    if (entry.skip > 0) {
      entry.skip -= 1;
      return null;
    }
    entry.left -= 1;
    return entry.fault;
  }
}
