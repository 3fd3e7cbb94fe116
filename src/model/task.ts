/** A comment on a pull request: in its conversation, or on its code. */
export interface CommentRef {
  readonly kind: 'issue' | 'review';
  readonly id: number;
}

/** https://docs.github.com/rest/reactions: the ones that Aegis gives. */
export type ReactionKind = '+1' | '-1' | 'eyes' | 'confused' | 'rocket';

/** Who asked. Whether they may is asked of the host when the task is done. */
export interface Actor {
  readonly login: string;
  readonly isBot: boolean;
}

/** What a webhook asks for beside a review. Done by a worker, once. */
export type Task =
  | {
      /** A comment whose first word is `/aegis`. */
      readonly kind: 'command';
      readonly comment: CommentRef;
      /** Comment at the head of the thread that it answers; null outside of a thread. */
      readonly inReplyTo: number | null;
      readonly actor: Actor;
      /** The whole comment. Untrusted. */
      readonly body: string;
    }
  | {
      /** A button of the check run. */
      readonly kind: 'button';
      readonly identifier: string;
      readonly headSha: string;
      readonly actor: Actor;
    }
  | {
      /** A thread was resolved by hand. `commentId`: its first comment. */
      readonly kind: 'thread-resolved';
      readonly commentId: number;
      readonly actor: Actor;
    }
  | {
      /** The pull request was closed: what people showed is read for the last time, and what still runs is ended. */
      readonly kind: 'closed';
      readonly merged: boolean;
    };
