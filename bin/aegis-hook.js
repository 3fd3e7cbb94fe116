#!/usr/bin/env node
// What pre-commit runs out of its own clone of this repository. Its installer for Node.js leaves the build out of a
// package from Git, so the first run makes the clone ready; npm needs the network for that, once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (!existsSync(new URL('../dist/cli.js', import.meta.url))) {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const made = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd, encoding: 'utf8' });
  if (made.status !== 0) {
    const why = made.error?.message ?? made.stderr.trim().split('\n').at(0);
    console.error(`aegis: the hook could not be made ready (${why}). Check that npm works here, then commit again.`);
    process.exit(2);
  }
}
await import('./aegis.js');
