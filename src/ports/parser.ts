import type { z } from 'zod';
import type { Claim } from '#model/candidate.ts';

/**
 * A parser reads what a model wrote. It never throws, never loops and is linear in the text: the text is untrusted.
 * `unreadable` is an outcome of its own; it is never the same as an empty list of claims.
 */
export interface Parser {
  readonly id: string;
  /** Other names by which configuration may call it. */
  readonly aliases: readonly string[];
  readonly summary: string;
  /** What an entry's `parser_config` may hold. Strict, and everything has a default where one makes sense. */
  readonly config: z.ZodType<Record<string, unknown>>;
  /** Makes a reader. `config` has passed the schema. */
  open(config: Readonly<Record<string, unknown>>): AnswerReader;
}

/** A parser with its configuration. */
export interface AnswerReader {
  read(text: string): ParseResult;
  /** For answers that are read while they arrive; absent where an answer can only be read whole. */
  stream?(): AnswerStream;
}

export interface AnswerStream {
  /** Takes the next part of the text; answers the claims that it completed. */
  push(part: string): readonly Claim[];
}

export type ParseResult =
  /** `cut` is true when the text ended early: the claims are those that were complete. */
  | {
      readonly kind: 'parsed';
      readonly claims: readonly Claim[];
      readonly cut: boolean;
      /** Names of symbols whose definitions the model asks for; absent where it asks for none. */
      readonly needs?: readonly string[];
      /** 0..1, from a classifier: the share of the positive labels, also below its threshold. */
      readonly score?: number;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };
