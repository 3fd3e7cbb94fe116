import type { z } from 'zod';
import type { Task } from '#model/task.ts';
import type { PullRequestRef } from '#ports/code-host.ts';
import type { ScanRequest } from '#ports/store.ts';

/** A head that is to be reviewed again, where the webhook names no pull request for it. */
export interface LooseHead {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  readonly headSha: string;
}

/** What a webhook asks for. */
export type WebhookRequest =
  | {
      readonly kind: 'review';
      readonly request: Omit<ScanRequest, 'attempt'>;
      /** The same head is to be looked at once more: a person wants it, its base changed, or it was left out before. */
      readonly again: boolean;
    }
  /** A review of a head whose pull request is to be found first: GitHub names none for commits of forks. */
  | { readonly kind: 'head'; readonly head: LooseHead }
  | { readonly kind: 'task'; readonly ref: PullRequestRef; readonly task: Task }
  /** `reason`: a clause for the log. */
  | { readonly kind: 'ignored'; readonly reason: string };

/** Reads the payload of one event. Total: what it cannot read it ignores, so that a delivery is never answered with a stack. */
export type EventReader = (payload: unknown) => WebhookRequest;

export function ignore(reason: string): WebhookRequest {
  return { kind: 'ignored', reason };
}

export function unreadable(event: string, error: z.ZodError): WebhookRequest {
  return ignore(`the ${event} payload lacks ${error.issues[0]?.path.join('.') || 'what is read of it'}`);
}
