import { readCheckRunEvent } from './webhooks/check-run.ts';
import { readCheckSuiteEvent } from './webhooks/check-suite.ts';
import { readIssueCommentEvent, readReviewCommentEvent } from './webhooks/comment.ts';
import { readInstallationEvent, readInstallationRepositoriesEvent } from './webhooks/installation.ts';
import { readMergeGroupEvent } from './webhooks/merge-group.ts';
import { readPullRequestEvent } from './webhooks/pull-request.ts';
import { readReviewThreadEvent } from './webhooks/review-thread.ts';
import { type EventReader, ignore, type LooseHead, type WebhookRequest } from './webhooks/webhook-request.ts';

export type { LooseHead, WebhookRequest };

const READERS: ReadonlyMap<string, EventReader> = new Map([
  ['check_run', readCheckRunEvent],
  ['check_suite', readCheckSuiteEvent],
  ['installation', readInstallationEvent],
  ['installation_repositories', readInstallationRepositoriesEvent],
  ['issue_comment', readIssueCommentEvent],
  ['merge_group', readMergeGroupEvent],
  ['pull_request', readPullRequestEvent],
  ['pull_request_review_comment', readReviewCommentEvent],
  ['pull_request_review_thread', readReviewThreadEvent],
]);

/** Events that Aegis reads: those of `app.yml`, and the two that reach every App and are refused there. */
export const HANDLED_EVENTS: readonly string[] = [...READERS.keys()];

/** What a verified webhook asks for. Pure; every other event, and every payload that lacks what is read, is ignored with a reason. */
export function requestFromEvent(event: string, payload: unknown): WebhookRequest {
  const read = READERS.get(event);
  return read === undefined ? ignore(`${event} asks for nothing`) : read(payload);
}
