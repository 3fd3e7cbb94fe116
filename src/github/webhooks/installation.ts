import { z } from 'zod';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const installationSchema = z.object({
  action: z.string(),
  installation: z.object({ id: z.number(), account: z.object({ login: z.string() }).nullish() }),
  repositories_removed: z.array(z.unknown()).nullish(),
});

/**
 * These two reach every App. Nothing has to be done: GitHub refuses the requests of an installation that is suspended or
 * gone, which ends its scans with that reason, and no scan begins without a delivery, of which there are none any more.
 * What is remembered stays, for whoever installs Aegis again.
 */
export function readInstallationEvent(payload: unknown): WebhookRequest {
  const parsed = installationSchema.safeParse(payload);
  if (!parsed.success) return unreadable('installation', parsed.error);
  const { action, installation } = parsed.data;
  return ignore(`${nameOf(installation)}: ${action}`);
}

export function readInstallationRepositoriesEvent(payload: unknown): WebhookRequest {
  const parsed = installationSchema.safeParse(payload);
  if (!parsed.success) return unreadable('installation_repositories', parsed.error);
  const { action, installation, repositories_removed: gone } = parsed.data;
  const count = gone?.length ?? 0;
  return ignore(`${nameOf(installation)}: repositories ${action}${count === 0 ? '' : `, ${count} of them out of reach now`}`);
}

function nameOf({ id, account }: z.infer<typeof installationSchema>['installation']): string {
  return `installation ${id}${account ? ` of ${account.login}` : ''}`;
}
