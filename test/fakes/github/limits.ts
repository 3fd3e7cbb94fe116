import { Refusal } from './refusal.ts';

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
const AT_ONCE = 100;
const WINDOWS = [
  { counts: 'posts', ms: 60_000, most: 80 },
  { counts: 'posts', ms: 3_600_000, most: 500 },
  { counts: 'points', ms: 60_000, most: 900 },
] as const;

/** What a request counts: content that it makes, and points (1 for reading, 5 for writing). */
export interface Weight {
  readonly posts: number;
  readonly points: number;
}

/** GitHub's secondary limits: requests at once, content made within a minute and an hour, points within a minute. */
export class SecondaryLimits {
  private running = 0;
  private asked: (Weight & { at: number })[] = [];
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Throws where a limit is broken; else the answer must be called at the end of the request. */
  enter(weight: Weight): () => void {
    const at = this.now();
    this.asked = this.asked.filter((each) => at - each.at < 3_600_000);
    if (this.running >= AT_ONCE) throw refuse(1_000);
    for (const { counts, ms, most } of WINDOWS) {
      const within = this.asked.filter((each) => at - each.at < ms && each[counts] > 0);
      const used = within.reduce((sum, each) => sum + each[counts], 0);
      if (weight[counts] > 0 && used + weight[counts] > most) throw refuse((within[0]?.at ?? at) + ms - at);
    }
    this.asked.push({ ...weight, at });
    this.running += 1;
    return () => {
      this.running -= 1;
    };
  }
}

function refuse(waitMs: number): Refusal {
  const headers = { 'retry-after': String(Math.ceil(waitMs / 1000)) };
  return new Refusal(403, 'You have exceeded a secondary rate limit', { headers, limit: true });
}

/** https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: a mutation is a write. */
export function weigh(method: string, path: string, body: { query?: string } | undefined): Weight {
  if (path === '/graphql') return { posts: 0, points: /^\s*mutation/.test(body?.query ?? '') ? 5 : 1 };
  return { posts: method === 'POST' && /comments|replies|reviews|check-runs$/.test(path) ? 1 : 0, points: method === 'GET' ? 1 : 5 };
}
