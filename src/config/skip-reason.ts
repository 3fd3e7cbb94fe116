import type { PullRequest } from '#model/publication.ts';
import type { AegisConfig } from './schema.ts';

/** Why the configuration leaves a pull request out, as a clause for people; null when it is reviewed. */
export function skipReason({ review, skip }: Pick<AegisConfig, 'review' | 'skip'>, pull: PullRequest): string | null {
  if (pull.draft && !review.drafts) return 'it is a draft';
  if (pull.authorIsBot && !review.bots) return 'its author is a bot';
  if (pull.fork && !review.forks) return 'it comes from a fork';
  const rules = [
    { name: 'branch', patterns: skip.branches, text: pull.headRef },
    { name: 'author', patterns: skip.authors, text: pull.authorLogin },
    { name: 'title', patterns: skip.titles, text: pull.title },
  ];
  for (const { name, patterns, text } of rules) {
    const pattern = patterns.find((one) => matchesWildcard(one, text));
    if (pattern !== undefined) return `its ${name} matches \`${pattern}\``;
  }
  return null;
}

/** `*` stands for any text, every other character for itself; case is ignored. Never slower than one scan for each part. */
function matchesWildcard(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const whole = text.toLowerCase();
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return whole === first;
  if (!whole.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = whole.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return whole.length - last.length >= from && whole.endsWith(last);
}
