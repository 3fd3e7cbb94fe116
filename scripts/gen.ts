import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildProgram, type ProgramDeps } from '#commands/program.ts';
import { configJsonSchema } from '#config/json-schema.ts';
import type { KnownParts } from '#config/known-parts.ts';
import type { Provider } from '#ports/provider.ts';
import { registry } from '#registry.ts';
import { actionManifest, actionPage } from './gen/action-pages.ts';
import { architecturePage } from './gen/architecture-page.ts';
import { commandLinePage } from './gen/command-line-page.ts';
import { commandsPage } from './gen/commands-page.ts';
import { configurationPage } from './gen/configuration-page.ts';
import { environmentPage } from './gen/environment-page.ts';
import { modelsPage } from './gen/models-page.ts';

const known: KnownParts = { ...registry, strategies: registry.strategies.map(({ id }) => id) };
const providers: ProgramDeps['providers'] = registry.providers.map(({ type, catalogue }: Provider) => ({
  type,
  discovers: catalogue !== undefined,
  pulls: catalogue?.pull !== undefined,
}));

/** Commands are described, never run. */
const described = {
  version: '0.0.0',
  known,
  providers,
  reporters: registry.reporters,
  io: { out: () => undefined, err: () => undefined },
} as unknown as ProgramDeps;

/** Everything that is derived from code: path and text. */
const FILES: Readonly<Record<string, () => string>> = {
  'docs/reference/aegis.schema.json': () => `${JSON.stringify(configJsonSchema(known), null, 2)}\n`,
  'docs/reference/configuration.md': () => configurationPage(configJsonSchema(known)),
  'docs/reference/environment.md': environmentPage,
  'docs/reference/command-line.md': () => commandLinePage(buildProgram(described)),
  'docs/commands.md': commandsPage,
  'docs/reference/models.md': modelsPage,
  'docs/architecture.md': architecturePage,
  'action.yml': actionManifest,
  'docs/action.md': actionPage,
};

const check = process.argv.includes('--check');
const stale = Object.entries(FILES).filter(([path, write]) => {
  const text = write();
  if (text === readOr(path, '')) return false;
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return true;
});
for (const [path] of stale) console.log(check ? `${path} is stale: run \`npm run gen\` and commit it` : `wrote ${path}`);
if (check && stale.length > 0) process.exitCode = 1;

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
