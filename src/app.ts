import type { Probot } from 'probot';
import { type LooseHead, requestFromEvent, type WebhookRequest } from '#github/webhook.ts';
import type { Asked, Delivery, ScanRequest, Store } from '#ports/store.ts';

export interface AppContext {
  readonly store: Pick<Store, 'accept' | 'lastAttempt'>;
  /** The open pull request of a head whose webhook names none, as those of forks do; null where there is none. */
  findPullRequest(head: LooseHead): Promise<Omit<ScanRequest, 'attempt'> | null>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/**
 * The GitHub App: every verified webhook that asks for something becomes one recorded delivery and one queued scan or
 * task. Nothing else happens here, so that GitHub has its answer at once; the workers do the rest.
 */
export function createApp(ctx: AppContext): (app: Probot) => void {
  return (app) => {
    app.onAny(async ({ id, name, payload }) => {
      const asked = await readRequest(name, payload, ctx);
      if (asked.kind === 'ignored') {
        ctx.log('info', `delivery ${id}: ${name} ignored: ${asked.reason}`);
        return;
      }
      const action = 'action' in payload && typeof payload.action === 'string' ? payload.action : null;
      const accepted = await recordDelivery({ guid: id, event: name, action }, asked, ctx).catch((error: unknown) => {
        // The answer to a webhook shows an error's message: this one says no more than its sender may know.
        ctx.log('error', `delivery ${id} could not be recorded: ${error instanceof Error ? error.message : String(error)}`);
        throw new Error('the delivery could not be recorded; redeliver it');
      });
      ctx.log('info', `delivery ${id}: ${name} ${accepted.kind}`);
    });
  };
}

type Wanted = Extract<WebhookRequest, { kind: 'review' | 'task' }>;

async function recordDelivery(delivery: Delivery, wanted: Wanted, { store }: AppContext) {
  return await store.accept(delivery, await askedBy(wanted, store));
}

async function askedBy(wanted: Wanted, store: AppContext['store']): Promise<Asked> {
  if (wanted.kind === 'task') return wanted;
  const { request, again } = wanted;
  return { kind: 'scan', request: { ...request, attempt: again ? (await store.lastAttempt(request)) + 1 : 1 } };
}

async function readRequest(
  name: string,
  payload: unknown,
  ctx: Pick<AppContext, 'findPullRequest'>,
): Promise<Wanted | Extract<WebhookRequest, { kind: 'ignored' }>> {
  const asked = requestFromEvent(name, payload);
  if (asked.kind !== 'head') return asked;
  const request = await ctx.findPullRequest(asked.head);
  if (request === null) return { kind: 'ignored', reason: 'no open pull request has the head of the check suite' };
  return { kind: 'review', request, again: true };
}
