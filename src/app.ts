import type { Probot } from 'probot';
import { requestFromEvent } from '#github/webhook.ts';
import type { Store } from '#ports/store.ts';

export interface AppContext {
  readonly store: Pick<Store, 'accept' | 'lastAttempt'>;
  /** Wakes the workers of this process, if it has any. */
  wake(): void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/**
 * The GitHub App: every verified webhook that asks for a review becomes one recorded delivery and one queued scan.
 * Nothing else happens here, so that GitHub has its answer at once; the workers do the rest.
 */
export function createApp(ctx: AppContext): (app: Probot) => void {
  return (app) => {
    app.onAny(async ({ id, name, payload }) => {
      const asked = requestFromEvent(name, payload);
      if (asked.kind === 'ignored') return;
      const attempt = asked.again ? (await ctx.store.lastAttempt(asked.request)) + 1 : 1;
      const action = 'action' in payload && typeof payload.action === 'string' ? payload.action : null;
      const accepted = await ctx.store.accept({ guid: id, event: name, action }, { ...asked.request, attempt }).catch((error: unknown) => {
        // The answer to a webhook shows an error's message: this one says no more than its sender may know.
        ctx.log('error', `delivery ${id} could not be recorded: ${error instanceof Error ? error.message : String(error)}`);
        throw new Error('the delivery could not be recorded; redeliver it');
      });
      if (accepted.kind === 'accepted') ctx.wake();
      ctx.log('info', `delivery ${id}: ${name} ${accepted.kind}`);
    });
  };
}
