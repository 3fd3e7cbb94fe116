import { hkdfSync, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#lib/make-folder.ts';

/**
 * The secret under which untrusted text is fenced in prompts: the same on every run of one installation, so that the
 * same chunk gives the same prompt, and unknown to whoever writes the code under review. Kept in `folder`, readable
 * by its owner only; where the folder cannot be written, a fresh one for this process.
 */
export async function installationSecret(folder: string): Promise<string> {
  const file = join(folder, 'fence-secret');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  const fresh = randomBytes(32).toString('hex');
  try {
    await makeFolder(folder);
    const draft = join(folder, `.fence-secret-${fresh.slice(0, 16)}`);
    await writeFile(draft, fresh, { mode: 0o600 });
    // A link appears whole or not at all; when another process was first, what it wrote holds.
    await link(draft, file).catch(() => undefined);
    await rm(draft);
  } catch {
    return fresh;
  }
  const settled = await readFile(file, 'utf8').catch(() => '');
  return /^[0-9a-f]{64}$/.test(settled) ? settled : fresh;
}

/**
 * The same for a server: derived from its webhook secret, so that all its processes word one prompt alike and share
 * their answers, whichever machine they run on. Nothing can be told of the webhook secret from it (HKDF, RFC 5869).
 */
export function serverSecret(webhookSecret: string): string {
  return Buffer.from(hkdfSync('sha256', webhookSecret, '', 'aegis fence', 32)).toString('hex');
}
