import { z } from 'zod';
import { InputError } from '#model/errors.ts';
import type { ActionInputs } from './inputs.ts';
import type { ActionJob, ReadOnly } from './job.ts';

/** The run as its environment tells of it: https://docs.github.com/actions/reference/workflows-and-actions/variables */
export interface RunFacts {
  /** `GITHUB_EVENT_NAME`. */
  readonly event: string;
  /** What the file at `GITHUB_EVENT_PATH` holds. */
  readonly payload: unknown;
  /** `GITHUB_REPOSITORY`: `owner/name`. */
  readonly repository: string;
  /** `GITHUB_REF` and `GITHUB_SHA`. */
  readonly ref: string;
  readonly sha: string;
  /** `GITHUB_ACTOR`: who set the run off. */
  readonly actor: string;
}

const repositorySchema = z.object({ full_name: z.string() }).nullish();

const pullSchema = z.object({
  action: z.string().nullish(),
  pull_request: z.object({
    number: z.number(),
    head: z.object({ sha: z.string(), repo: repositorySchema }),
    base: z.object({ repo: repositorySchema }),
  }),
});

const groupSchema = z.object({ merge_group: z.object({ head_sha: z.string(), base_sha: z.string(), head_ref: z.string() }) });

const pushSchema = z.object({
  before: z.string(),
  after: z.string(),
  ref: z.string(),
  repository: z.object({ default_branch: z.string() }),
});

const REVIEWED = 'pull_request, pull_request_target, merge_group, push, schedule and workflow_dispatch';

/** Finds out what there is to review. Throws `InputError` for an event that names nothing that can be. */
export function readEvent(facts: RunFacts, inputs: Pick<ActionInputs, 'base' | 'head'>): ActionJob {
  const { event } = facts;
  switch (event) {
    case 'pull_request':
    case 'pull_request_target':
      return readPull(facts);
    case 'merge_group':
      return readGroup(facts);
    case 'push':
      return inputs.base === null && inputs.head === null ? readPush(facts) : checkoutOf(facts, inputs);
    case 'schedule':
    case 'workflow_dispatch':
      return checkoutOf(facts, inputs);
    default:
      throw new InputError(`the event ${event === '' ? 'of this run' : event} names no change that could be reviewed`, {
        hint: `Run the Action on ${REVIEWED}.`,
      });
  }
}

function readPull(facts: RunFacts): ActionJob {
  const read = pullSchema.safeParse(facts.payload);
  if (!read.success) {
    throw new InputError(`the event ${facts.event} names no pull request`, { hint: `Run the Action on ${REVIEWED}.` });
  }
  const { action, pull_request: pull } = read.data;
  if (action === 'closed') return { kind: 'nothing', reason: 'the pull request is closed' };
  const fork = pull.head.repo?.full_name !== pull.base.repo?.full_name;
  // The token of `pull_request_target` is that of the base repository.
  const readOnly: ReadOnly | null =
    facts.event !== 'pull_request' ? null : fork ? 'fork' : facts.actor === 'dependabot[bot]' ? 'dependabot' : null;
  return {
    kind: 'pull-request',
    ref: { installationId: 0, ...repositoryOf(facts), number: pull.number },
    headSha: pull.head.sha,
    readOnly,
  };
}

function readGroup(facts: RunFacts): ActionJob {
  const read = groupSchema.safeParse(facts.payload);
  if (!read.success) throw new InputError('the event merge_group names no group', { hint: `Run the Action on ${REVIEWED}.` });
  const { base_sha: base, head_sha: head, head_ref: ref } = read.data.merge_group;
  return { kind: 'merge-group', ...repositoryOf(facts), base, otherBase: null, head, ref };
}

/** GitHub writes the commit of a branch that was not there, or is there no more, in zeros. */
const NOTHING = /^0+$/;

function readPush(facts: RunFacts): ActionJob {
  const read = pushSchema.safeParse(facts.payload);
  if (!read.success) throw new InputError('the event push names no commits', { hint: `Run the Action on ${REVIEWED}.` });
  const { before, after, ref, repository } = read.data;
  const branch = repository.default_branch;
  if (NOTHING.test(after)) return { kind: 'nothing', reason: `${ref} was deleted` };
  const isDefault = ref === `refs/heads/${branch}`;
  // The first push of a repository: there is nothing that it could be compared with.
  if (isDefault && NOTHING.test(before)) return checkoutOf(facts, { base: null, head: null });
  const otherBase = isDefault ? null : branch;
  return { kind: 'push', ...repositoryOf(facts), base: NOTHING.test(before) ? branch : before, otherBase, head: after, ref };
}

function checkoutOf(facts: RunFacts, { base, head }: Pick<ActionInputs, 'base' | 'head'>): ActionJob {
  return { kind: 'checkout', ...repositoryOf(facts), base, head, sha: facts.sha, ref: facts.ref };
}

function repositoryOf({ repository }: RunFacts): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  if (owner !== '' && repo !== '') return { owner, repo };
  throw new InputError('GITHUB_REPOSITORY does not name a repository', { hint: 'Run this as a step of a workflow of GitHub Actions.' });
}
