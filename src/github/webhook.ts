import { z } from 'zod';
import type { ScanRequest } from '#ports/store.ts';
import { readExternalId } from './check-run.ts';

/** What a webhook asks for. `again`: a person wants the same head reviewed once more, or its base changed. */
export type WebhookRequest =
  | { readonly kind: 'review'; readonly request: Omit<ScanRequest, 'attempt'>; readonly again: boolean }
  | { readonly kind: 'ignored'; readonly reason: string };

/** A head that is to be reviewed again, where the webhook names no pull request for it. */
export interface LooseHead {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  readonly headSha: string;
}

/** Events that Aegis acts upon; `app.yml` subscribes to them and to those of its other parts. */
export const HANDLED_EVENTS = ['pull_request', 'check_run', 'check_suite'] as const;

/**
 * What a verified webhook asks for. Pure; every other event, and every payload that lacks what is read, is ignored
 * with a reason, so that a delivery is never answered with a stack.
 */
export function requestFromEvent(event: string, payload: unknown): WebhookRequest {
  switch (event) {
    case 'pull_request':
      return fromPullRequest(payload);
    case 'check_run':
      return fromCheckRun(payload);
    case 'check_suite':
      return fromCheckSuite(payload);
    default:
      return ignore(`${event} asks for nothing`);
  }
}

/**
 * The head of a `check_suite` that a person wants to run again, where GitHub names no pull request: checks on commits
 * of forks. Its pull request is to be found by `findPullRequestsOfHead`. Null for everything else.
 */
export function looseHeadOf(event: string, payload: unknown): LooseHead | null {
  const suite = event === 'check_suite' ? checkSuiteSchema.safeParse(payload).data : undefined;
  if (suite?.action !== 'rerequested' || suite.check_suite.pull_requests.some(belongsTo(suite.repository.id))) return null;
  return { ...repositoryOf(suite), headSha: suite.check_suite.head_sha };
}

const repositorySchema = z.object({
  installation: z.object({ id: z.number() }),
  repository: z.object({ id: z.number(), name: z.string(), owner: z.object({ login: z.string() }) }),
});

const pullRequestSchema = repositorySchema.extend({
  action: z.string(),
  pull_request: z.object({ number: z.number(), head: z.object({ sha: z.string() }), base: z.object({ sha: z.string() }) }),
  changes: z.object({ base: z.unknown().optional() }).nullish(),
});

const NEW_HEADS: ReadonlySet<string> = new Set(['opened', 'synchronize', 'reopened', 'ready_for_review']);

function fromPullRequest(payload: unknown): WebhookRequest {
  const parsed = pullRequestSchema.safeParse(payload);
  if (!parsed.success) return unreadable('pull_request', parsed.error);
  const { action, changes, pull_request: pull } = parsed.data;
  // The same head against another base is another change.
  const rebased = action === 'edited' && changes?.base !== undefined;
  if (!NEW_HEADS.has(action) && !rebased) return ignore(`pull_request ${action} changes no code`);
  const request = { ...repositoryOf(parsed.data), number: pull.number, headSha: pull.head.sha, baseSha: pull.base.sha };
  return { kind: 'review', request, again: rebased };
}

const pullsSchema = z.array(
  z.object({
    number: z.number(),
    head: z.object({ sha: z.string() }),
    base: z.object({ sha: z.string(), repo: z.object({ id: z.number() }) }),
  }),
);
type Pulls = z.infer<typeof pullsSchema>;

const checkRunSchema = repositorySchema.extend({
  action: z.string(),
  check_run: z.object({ head_sha: z.string(), external_id: z.string().nullish(), pull_requests: pullsSchema }),
});

/** `rerequested` reaches only the App that made the check. The pull request stands in the check's external id, too. */
function fromCheckRun(payload: unknown): WebhookRequest {
  const parsed = checkRunSchema.safeParse(payload);
  if (!parsed.success) return unreadable('check_run', parsed.error);
  const { action, check_run: run, repository } = parsed.data;
  if (action !== 'rerequested') return ignore(`check_run ${action} asks for nothing`);
  const ours = readExternalId(run.external_id ?? '');
  const named = run.pull_requests.filter(belongsTo(repository.id));
  const pull = named.find(({ number }) => number === ours?.number) ?? (ours === null ? named[0] : undefined);
  const found = pull === undefined ? ours : { number: pull.number, baseSha: pull.base.sha };
  if (!found) return ignore('the check run names no pull request');
  const request = { ...repositoryOf(parsed.data), number: found.number, headSha: run.head_sha, baseSha: found.baseSha };
  return { kind: 'review', request, again: true };
}

const checkSuiteSchema = repositorySchema.extend({
  action: z.string(),
  check_suite: z.object({ head_sha: z.string(), pull_requests: pullsSchema }),
});

/** One delivery asks for one scan: of several pull requests with this head, the first. */
function fromCheckSuite(payload: unknown): WebhookRequest {
  const parsed = checkSuiteSchema.safeParse(payload);
  if (!parsed.success) return unreadable('check_suite', parsed.error);
  const { action, check_suite: suite, repository } = parsed.data;
  if (action !== 'rerequested') return ignore(`check_suite ${action} asks for nothing`);
  const pull = suite.pull_requests.find(belongsTo(repository.id));
  if (pull === undefined) return ignore('the check suite names no pull request');
  const request = { ...repositoryOf(parsed.data), number: pull.number, headSha: suite.head_sha, baseSha: pull.base.sha };
  return { kind: 'review', request, again: true };
}

/** A commit may be the head of pull requests in other repositories of the network, too. */
function belongsTo(repositoryId: number): (pull: Pulls[number]) => boolean {
  return ({ base }) => base.repo.id === repositoryId;
}

function repositoryOf({ installation, repository }: z.infer<typeof repositorySchema>): {
  installationId: number;
  owner: string;
  repo: string;
} {
  return { installationId: installation.id, owner: repository.owner.login, repo: repository.name };
}

function ignore(reason: string): WebhookRequest {
  return { kind: 'ignored', reason };
}

function unreadable(event: string, error: z.ZodError): WebhookRequest {
  return ignore(`the ${event} payload lacks ${error.issues[0]?.path.join('.') ?? 'what is read of it'}`);
}
