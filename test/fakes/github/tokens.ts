import { createVerify, randomBytes } from 'node:crypto';
import type { Caller } from './operation.ts';
import { notFound, Refusal } from './refusal.ts';
import type { FakeState } from './state.ts';

const HOUR_MS = 3_600_000;

/** Who sent this `authorization` header. Throws 401 for whom GitHub would not know. */
export function authenticate(state: FakeState, publicKey: string, header: string | undefined): Caller {
  const [, token = ''] = /^(?:bearer|token)\s+(.+)$/i.exec(header ?? '') ?? [];
  if (token === '') throw new Refusal(401, 'Requires authentication');
  const account = { login: `${state.slug}[bot]`, type: 'Bot' } as const;
  const expires = state.tokens.get(token);
  if (expires !== undefined && expires > Date.now()) return { kind: 'installation', account };
  if (expires === undefined && isAppJwt(state, publicKey, token)) return { kind: 'app', account };
  throw new Refusal(401, 'Bad credentials');
}

/** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
function isAppJwt(state: FakeState, publicKey: string, token: string): boolean {
  const [header = '', body = '', signature = ''] = token.split('.');
  try {
    if (!createVerify('RSA-SHA256').update(`${header}.${body}`).verify(publicKey, signature, 'base64url')) return false;
    const { iat, exp, iss } = JSON.parse(Buffer.from(body, 'base64url').toString());
    const now = Date.now() / 1000;
    return iat <= now && exp > now && exp - now <= 600 && Number(iss) === state.appId;
  } catch {
    return false;
  }
}

/** An installation token, in the long form of 2026: dots, dashes and underscores. It ends after an hour. */
export function mintToken(state: FakeState, caller: Caller, installationId: string): { status: number; body: unknown } {
  if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  if (Number(installationId) !== state.installationId) throw notFound();
  const token = `ghs_${state.appId}_${randomBytes(60).toString('base64url')}.${randomBytes(200).toString('base64url')}.${randomBytes(60).toString('base64url')}`;
  const expires = Date.now() + HOUR_MS;
  state.tokens.set(token, expires);
  return { status: 201, body: { token, expires_at: new Date(expires).toISOString(), permissions: {}, repository_selection: 'all' } };
}
