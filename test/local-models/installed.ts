import { locatePackage } from '../fakes/provider-env.ts';

/** Why a suite that needs a runtime is skipped; null where the runtime is there. */
export function whySkipped(name: string): string | null {
  try {
    locatePackage(name);
    return null;
  } catch {
    return `${name} is not installed: install it with \`npm ci --prefix test/local-runtimes\``;
  }
}

/** Name of a suite that says why it is skipped. */
export const titled = (title: string, why: string | null): string => (why === null ? title : `${title} (skipped, because ${why})`);
