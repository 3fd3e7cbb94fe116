/** Bundles the doors into `dist/`. Packages stay outside; each is loaded when the part that needs it is. */
import { rm } from 'node:fs/promises';

const esbuild = await import('esbuild').catch(() => null);
if (esbuild === null) {
  // A production install (`npm ci --omit=dev`) runs `prepare` without the tools: what was built before stays.
  console.error('aegis: esbuild is not installed; dist/ is left as it is');
} else {
  await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
  await esbuild.build({
    // The Action runs its sources as they are; its bundle is for Node.js 20, which cannot.
    // A model's child process is a door of its own; what starts it looks for it beside the bundle.
    entryPoints: { cli: 'src/cli.ts', action: 'src/action.ts', 'onnx-host': 'src/models/providers/_local/onnx-host.ts' },
    outdir: 'dist',
    absWorkingDir: new URL('..', import.meta.url).pathname,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
