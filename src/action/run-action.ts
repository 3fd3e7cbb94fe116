import { resolve } from 'node:path';
import { InputError } from '#model/errors.ts';
import { workflowCommand } from '#report/workflow-command.ts';
import { type ActionLog, createActionLog } from './action-log.ts';
import type { ActionContext, ActionParts } from './context.ts';
import { type Subject, subjectOfCheckout, subjectOfPull, subjectOfRange } from './find-subject.ts';
import { type ActionInputs, folderOf, readInputs } from './inputs.ts';
import type { ActionJob } from './job.ts';
import { readEvent } from './read-event.ts';
import { type Ending, reviewSubject } from './review-subject.ts';
import type { Run } from './run.ts';
import { showEnding } from './show-ending.ts';
import { showFault } from './show-fault.ts';

/** One step of a workflow, from its inputs to its exit code. Whatever goes wrong is told in one sentence. */
export async function runAction(ctx: ActionContext): Promise<number> {
  const log = createActionLog(ctx.io.out);
  const began = ctx.now();
  const run: Run = { job: null, inputs: null, parts: null, subject: null };
  try {
    const inputs = readInputs(ctx.variables, ctx.choices);
    run.inputs = inputs;
    if (inputs.token !== '') ctx.io.out(`${workflowCommand('add-mask', {}, inputs.token)}\n`);
    run.job = readEvent(await readFacts(ctx), inputs);
    const ending = await carryOut(run.job, inputs, run, { ...ctx, log });
    const temporaryFolder = run.parts?.temporaryFolder ?? '';
    const places = { temporaryFolder, resolve: (path: string) => resolve(folderOf(inputs, ctx.variables), path) };
    const readOnly = run.job.kind === 'pull-request' ? run.job.readOnly : null;
    return await showEnding(ending, { inputs, places, readOnly, began }, { ...ctx, log });
  } catch (error) {
    return await showFault(error, run, { ...ctx, log });
  }
}

async function carryOut(job: ActionJob, inputs: ActionInputs, run: Run, ctx: ActionContext & { readonly log: ActionLog }): Promise<Ending> {
  if (job.kind === 'nothing') return { kind: 'skipped', reason: job.reason };
  if (inputs.token === '') {
    throw new InputError('the input github-token is empty', { hint: 'Leave it out, or give it a token that may read this repository.' });
  }
  if ((inputs.base !== null || inputs.head !== null) && (job.kind === 'pull-request' || job.kind === 'merge-group')) {
    ctx.log.annotate('notice', 'The inputs base and head are not used here: the event says what is reviewed.');
  }
  run.parts = await ctx.open(inputs, job);
  const found = await findSubject(job, run.parts);
  if ('kind' in found) return found;
  run.subject = found;
  return await reviewSubject(found, inputs, run.parts, ctx);
}

async function findSubject(job: Exclude<ActionJob, { kind: 'nothing' }>, parts: ActionParts): Promise<Subject | Ending> {
  if (job.kind === 'checkout') return subjectOfCheckout(job, parts);
  if (job.kind !== 'pull-request') return await subjectOfRange(job, parts);
  const pull = await parts.host.pullRequest(job.ref);
  if (pull.state === 'closed') return { kind: 'skipped', reason: 'the pull request is closed' };
  if (pull.headSha === job.headSha) return subjectOfPull(job, pull, parts);
  return { kind: 'cancelled', reason: `a newer head than ${job.headSha.slice(0, 7)} is there, and is reviewed by a run of its own` };
}

async function readFacts({ variables, io }: ActionContext) {
  return {
    event: variables['GITHUB_EVENT_NAME'] ?? '',
    payload: await io.readEvent(),
    repository: variables['GITHUB_REPOSITORY'] ?? '',
    ref: variables['GITHUB_REF'] ?? '',
    sha: variables['GITHUB_SHA'] ?? '',
    actor: variables['GITHUB_ACTOR'] ?? '',
  };
}
