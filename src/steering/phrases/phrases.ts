/**
 * What a phrase does.
 * - `revoke`: declares the reader's instructions void, or asks for them
 * - `outcome`: orders what a review shall say
 * - `silence`: orders not to speak of something
 * - `answer`: orders one of our answers, spelt out, or silence about weaknesses here: nobody but a reviewer is meant
 * - `literal`: one of our answers, spelt out
 * - `reader`: speaks to a model or a reviewing program
 * - `claim`: says that something was reviewed, or is safe
 * - `task`: gives the reader another task or another authority
 * - `markup`: imitates the marks between the parts of a conversation
 * - `fence`: imitates how our prompts are laid out
 */
export const SIGNAL_KINDS = ['revoke', 'outcome', 'silence', 'answer', 'literal', 'reader', 'claim', 'task', 'markup', 'fence'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** The phrases of a language, by what they do: sources of regular expressions, each from the beginning of a word on. */
export type Phrases = Readonly<Partial<Record<SignalKind, readonly string[]>>>;

/** Where a word begins. */
const WORD = '(?<![\\p{L}\\p{N}_])';

/** Words between two parts of a phrase: few, and within a sentence. No signs of a regular expression or a call. */
const GAP = '[^.!?;|(){}\\[\\]]{0,40}?';

/**
 * Parts in this order within a sentence; a space stands for a line's end, too. Every repetition within is bounded, so
 * that the time is in proportion to the text.
 */
export function near(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(' ', '\\s')).join(`${GAP}${WORD}`);
}

/** All phrases of a kind as one expression: a text is read once for each kind, not for each phrase. */
export function compile(languages: readonly Phrases[]): readonly { readonly kind: SignalKind; readonly pattern: RegExp }[] {
  return SIGNAL_KINDS.flatMap((kind) => {
    const sources = languages.flatMap((phrases) => phrases[kind] ?? []);
    return sources.length === 0 ? [] : [{ kind, pattern: new RegExp(`${WORD}(?:${sources.join('|')})`, 'giu') }];
  });
}
