import type { Claim } from '#model/candidate.ts';
import type { Opinion, Outcome, Usage } from '#model/outcome.ts';
import type { AnswerReader } from '#ports/parser.ts';
import type { Reply } from '#ports/provider.ts';
import { readsAsRefusal } from './refusal.ts';

/** What was made of an answer's text. */
export type Understood =
  | {
      readonly kind: 'understood';
      readonly claims: readonly Claim[];
      readonly opinion?: Opinion;
      /** Symbols whose definitions it asks for. */
      readonly needs?: readonly string[];
      /** Something of it is missing. */
      readonly cut: boolean;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface Heard {
  readonly outcome: Outcome;
  /** Symbols whose definitions a full answer asks for. */
  readonly needs: readonly string[];
}

/**
 * Only a complete reply that could be read in full is an `answered` one. A language model that says nothing failed; a
 * tool may print nothing where it finds nothing, if its parser was told so.
 */
export function readReply(reply: Reply, usage: Usage, prompted: boolean, understand: (text: string) => Understood): Heard {
  const heard = (outcome: Outcome): Heard => ({ outcome, needs: [] });
  if (reply.finish === 'refused') return heard({ kind: 'refused', reason: reply.reason ?? 'the model declined to answer', usage });
  const read = understand(reply.text);
  if (reply.text.trim() === '' && reply.finish === 'complete' && (prompted || read.kind === 'unreadable')) {
    return heard({ kind: 'failed', reason: 'the model answered with nothing', code: 'AEGIS_EMPTY_ANSWER', usage });
  }
  if (reply.finish === 'length') {
    const claims = read.kind === 'understood' ? read.claims : [];
    return heard({ kind: 'truncated', claims, reason: reply.reason ?? 'the answer was cut at the token limit', usage });
  }
  if (read.kind === 'unreadable') {
    return heard(
      readsAsRefusal(reply.text)
        ? { kind: 'refused', reason: 'the model declined in words', usage }
        : { kind: 'unreadable', reason: read.reason, usage },
    );
  }
  const { claims, opinion, needs = [], cut } = read;
  if (cut) return heard({ kind: 'truncated', claims, reason: 'part of the answer is missing or damaged', usage });
  return { outcome: { kind: 'answered', claims, ...(opinion !== undefined && { opinion }), usage }, needs };
}

/** Reads an answer by the seat's own parser: claims, and no opinion beside them. */
export function readClaims(reader: AnswerReader): (text: string) => Understood {
  return (text) => {
    const parsed = reader.read(text);
    return parsed.kind === 'unreadable' ? parsed : { ...parsed, kind: 'understood' };
  };
}
