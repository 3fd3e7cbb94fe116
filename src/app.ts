import type { Probot } from 'probot';
import { type LooseHead, looseHeadOf, requestFromEvent, type WebhookRequest } from '#github/webhook.ts';
import type { ScanRequest, Store } from '#ports/store.ts';

export interface AppContext {
  readonly store: Pick<Store, 'accept' | 'lastAttempt'>;
  /** The open pull request of a head whose webhook names none, as those of forks do; null where there is none. */
  findPullRequest(head: LooseHead): Promise<Omit<ScanRequest, 'attempt'> | null>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/**
 * The GitHub App: every verified webhook that asks for a review becomes one recorded delivery and one queued scan.
 * Nothing else happens here, so that GitHub has its answer at once; the workers do the rest.
 */
export function createApp(ctx: AppContext): (app: Probot) => void {
  return (app) => {
    app.onAny(async ({ id, name, payload }) => {
      const asked = await readRequest(name, payload, ctx);
      if (asked.kind === 'ignored') {
        ctx.log('info', `delivery ${id}: ${name} ignored: ${asked.reason}`);
        return;
      }
      const attempt = asked.again ? (await ctx.store.lastAttempt(asked.request)) + 1 : 1;
      const action = 'action' in payload && typeof payload.action === 'string' ? payload.action : null;
      const accepted = await ctx.store.accept({ guid: id, event: name, action }, { ...asked.request, attempt }).catch((error: unknown) => {
        // The answer to a webhook shows an error's message: this one says no more than its sender may know.
        ctx.log('error', `delivery ${id} could not be recorded: ${error instanceof Error ? error.message : String(error)}`);
        throw new Error('the delivery could not be recorded; redeliver it');
      });
      ctx.log('info', `delivery ${id}: ${name} ${accepted.kind}`);
    });
  };
}

async function readRequest(name: string, payload: unknown, ctx: Pick<AppContext, 'findPullRequest'>): Promise<WebhookRequest> {
  const loose = looseHeadOf(name, payload);
  const request = loose === null ? null : await ctx.findPullRequest(loose);
  return request === null ? requestFromEvent(name, payload) : { kind: 'review', request, again: true };
}
