import { taintsFor } from '../flow/value.ts';
import type { Rule } from '../rule.ts';

const FIX = 'Name the origins that may call with credentials.';
const MESSAGE = 'Any site may call this server with the cookies of its visitors.';

/** Every origin is let in, with credentials. */
export const crossOrigin: Rule = {
  id: 'cross-origin-credentials',
  cwe: 'CWE-942',
  title: 'Permissive cross-origin policy with credentials',
  onCall(site, report) {
    const options = site.args.at(-1)?.fields;
    const isCors =
      /^(cors|@koa\/cors|koa2-cors|hono\/cors\.cors|fastify-cors|@fastify\/cors)$/.test(site.name) ||
      site.args.some((arg) => /(^|[/-])cors$/.test(arg.ref ?? ''));
    const open = options?.get('origin');
    if (
      isCors &&
      options?.get('credentials')?.text === 'true' &&
      open !== undefined &&
      (/^(true|\*)$/.test(open.text) || taintsFor(open, 'redirect', ['request']).length > 0)
    ) {
      report({ at: site, severity: 'medium', confidence: 0.75, message: MESSAGE, fix: FIX });
    }
    const origins = site.named.get('allow_origins') ?? site.named.get('origins');
    const credentials = site.named.get('allow_credentials') ?? site.named.get('supports_credentials');
    if (origins?.constant && /^\*$/.test(origins.text.trim()) && credentials?.text === 'true')
      report({ at: site, severity: 'medium', confidence: 0.75, message: MESSAGE, fix: FIX });
  },
};
