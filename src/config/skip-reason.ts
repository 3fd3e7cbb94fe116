import type { PullRequest } from '#model/publication.ts';
import { matchesWildcard } from './match-wildcard.ts';
import type { AegisConfig } from './schema.ts';

/** Why the configuration leaves a pull request out, as a clause for people; null when it is reviewed. */
export function skipReason({ review, skip }: Pick<AegisConfig, 'review' | 'skip'>, pull: PullRequest): string | null {
  // A merge group waits for its check: what is skipped there would block the queue or pass it unseen.
  if (pull.number === 0) return null;
  if (pull.draft && !review.drafts) return 'it is a draft';
  if (pull.authorIsBot && !review.bots) return 'its author is a bot';
  if (pull.fork && !review.forks) return 'it comes from a fork';
  const rules = [
    { name: 'branch', patterns: skip.branches, texts: [pull.headRef] },
    { name: 'label', patterns: skip.labels, texts: pull.labels },
    { name: 'author', patterns: skip.authors, texts: [pull.authorLogin] },
    { name: 'title', patterns: skip.titles, texts: [pull.title] },
  ];
  for (const { name, patterns, texts } of rules) {
    const pattern = patterns.find((one) => texts.some((text) => matchesWildcard(one, text)));
    if (pattern !== undefined) return `its ${name} matches \`${pattern}\``;
  }
  return null;
}
