import { Refusal } from './refusal.ts';

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
const AT_ONCE = 100;
const POSTS_A_MINUTE = 80;

/** GitHub's secondary limits: requests at once, and content made within a minute. */
export class SecondaryLimits {
  private running = 0;
  private posts: number[] = [];

  /** Throws where a limit is broken; else the answer must be called at the end of the request. */
  enter(makesContent: boolean): () => void {
    const now = Date.now();
    this.posts = this.posts.filter((at) => now - at < 60_000);
    const over = this.running >= AT_ONCE || (makesContent && this.posts.length >= POSTS_A_MINUTE);
    if (over) throw new Refusal(403, 'You have exceeded a secondary rate limit', { headers: { 'retry-after': '1' }, limit: true });
    if (makesContent) this.posts.push(now);
    this.running += 1;
    return () => {
      this.running -= 1;
    };
  }
}
