import { nearestFew } from '#lib/nearest.ts';
import type { KnownFinding } from '#model/lifecycle.ts';
import { refuseAmbiguous, refuseUnknown } from '#report/replies/refusals.ts';
import type { TaskContext } from '../tasks/context.ts';
import { type Answer, type CommandCall, refused } from './command.ts';
import { cutWord } from './parse-command.ts';

export type Known = KnownFinding & { readonly models: readonly string[] };

export type Found =
  | { readonly kind: 'found'; readonly finding: Known; readonly rest: string }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** A shorter word names nothing: it would too often be the beginning of several names. */
const SHORTEST = 4;

/** Findings that a refusal lists. */
const MOST_LISTED = 5;

/**
 * The finding that a command is about: the one that its first word names, by its id, the beginning of that, or its whole
 * fingerprint; in a thread of ours without such a word, that thread's. `usage`: the command with the place of the id as `ID`.
 */
export async function findFinding(
  { ref, words, thread }: CommandCall,
  usage: string,
  ctx: Pick<TaskContext, 'store' | 'host'>,
): Promise<Found> {
  const known = await ctx.store.known(ref);
  const { first, rest } = cutWord(words);
  const word = first.toLowerCase();
  const named = match(word, known);
  const [only] = named;
  if (only !== undefined && named.length === 1 && (thread === null || only.id === word || /\d/.test(word))) {
    return { kind: 'found', finding: only, rest };
  }
  if (thread !== null && !looksMistyped(word, known)) {
    const there = (await ctx.host.threads(ref)).find(({ commentId }) => commentId === thread);
    const finding = known.find(({ fingerprint }) => fingerprint === there?.fingerprint);
    if (finding !== undefined) return { kind: 'found', finding, rest: words };
  }
  if (named.length > 1) return { kind: 'refused', answer: refused(refuseAmbiguous(first, named.slice(0, MOST_LISTED))) };
  const near = suggest(word, known);
  const example = usage.replace('ID', near[0]?.id ?? 'ID');
  return { kind: 'refused', answer: refused(refuseUnknown(first, near, `/aegis ${example}`)) };
}

function match(word: string, known: readonly Known[]): readonly Known[] {
  const exact = known.filter(({ id, fingerprint }) => id === word || fingerprint === word);
  const named = exact.length > 0 || word.length < SHORTEST ? exact : known.filter(({ id }) => id.startsWith(word));
  // Names are unique within a scan: of several over time, the one that is there is meant.
  const open = named.filter(({ state }) => state === 'open');
  return open.length === 1 ? open : named;
}

/**
 * In a thread a reason may stand where an id would: most words are one. Ids are of Crockford's alphabet, six characters
 * or more, and nearly all have a digit. A word like that, or like a known id, was mistyped and must not pass for a reason.
 */
function looksMistyped(word: string, known: readonly Known[]): boolean {
  if (!/^[0-9a-hjkmnp-tv-z]{6,}$/.test(word)) return false;
  return /\d/.test(word) || nearestFew(word, idsOf(known), 1).length > 0;
}

/** Those that are named alike; where none is, those that are open. */
function suggest(word: string, known: readonly Known[]): readonly Known[] {
  const near = nearestFew(word, idsOf(known), MOST_LISTED).flatMap((id) => known.filter((one) => one.id === id));
  return near.length > 0 ? near : known.filter(({ state }) => state === 'open').slice(0, MOST_LISTED);
}

function idsOf(known: readonly Known[]): string[] {
  return known.map(({ id }) => id);
}
