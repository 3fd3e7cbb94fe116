import type { ModelRecord } from '#model/model-record.ts';
import { betaQuantile } from './beta-quantile.ts';

/** Fewer judgements than this say too little. */
const ENOUGH = 10;
/** A record is taken for what it shows at least, with this chance of being worse. */
const BOUND = 0.1;
/** The bound of a model that nobody judged: that of Beta(1, 1). */
const UNKNOWN = BOUND;

/** Whose vote is weighed, about what. */
export interface WeighedVote {
  readonly modelId: string;
  readonly language: string | null;
  readonly cwe: string | null;
}

interface Tally {
  right: number;
  wrong: number;
}

/**
 * By what a model's base weight is multiplied: the lower bound of how often it is right, over that of a model that
 * nobody judged, 1 where too little is known. What is known of the very CWE and language comes first, then the
 * language, then all of the model's record.
 */
export function learnWeights(records: readonly ModelRecord[]): (vote: WeighedVote) => number {
  const tallies = new Map<string, Tally>();
  for (const record of records) {
    for (const key of keysOf(record)) {
      const tally = tallies.get(key) ?? { right: 0, wrong: 0 };
      tally.right += record.right;
      tally.wrong += record.wrong;
      tallies.set(key, tally);
    }
  }
  const factors = new Map<Tally, number>();
  return (vote) => {
    for (const key of keysOf(vote)) {
      const tally = tallies.get(key);
      if (tally === undefined || tally.right + tally.wrong < ENOUGH) continue;
      const factor = factors.get(tally) ?? factorOf(tally);
      factors.set(tally, factor);
      return factor;
    }
    return 1;
  };
}

/** The narrowest first. */
function keysOf({ modelId, language, cwe }: WeighedVote): string[] {
  return [JSON.stringify([modelId, language, cwe]), JSON.stringify([modelId, language]), JSON.stringify([modelId])];
}

function factorOf({ right, wrong }: Tally): number {
  return betaQuantile(BOUND, 1 + right, 1 + wrong) / UNKNOWN;
}
