import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { entryFromDefinition, type ModelDefinition } from '#models/registry/make-entry.ts';
import { writeDeepScan } from '#pipeline/prompts/write-deep-scan.ts';
import { registry } from '../../src/registry.ts';
import { chunkOf } from '../fakes/chunk-of.ts';
import { never, providerEnv } from '../fakes/provider-env.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** The model of an example's `.aegis.yml`, asked about the example's change. */
async function runExample(name: string) {
  const folder = join(EXAMPLES, name);
  const { models } = parse(readFileSync(join(folder, '.aegis.yml'), 'utf8')) as { models: (ModelDefinition & { timeout?: unknown })[] };
  const { timeout: _, ...definition } = models[0] ?? { id: '', provider: '', model: '' };
  const entry = entryFromDefinition(definition, registry.providers, registry.parsers);
  const provider = registry.providers.find(({ type }) => type === entry.model_type);
  const parser = registry.parsers.find(({ id }) => id === entry.parser_id);
  if (provider === undefined || parser === undefined) throw new Error(`${name} names a part that is not registered`);

  const diff = readFileSync(join(folder, 'change.diff'), 'utf8').split('\n');
  const path = diff.find((line) => line.startsWith('+++ b/'))?.slice('+++ b/'.length) ?? '';
  const added = diff.filter((line) => line.startsWith('+') && !line.startsWith('+++')).map((line) => `${line.slice(1)}\n`);
  const chunk = chunkOf({ [path]: added.join('') }, { known: false });
  const messages = provider.reads(entry) === 'prompt' ? writeDeepScan(chunk, 'secret') : [];
  const model = provider.connect(entry, { ...providerEnv(), baseFolder: join(EXAMPLES, '..') });
  const reply = await model.call({ role: 'deep_scan', chunk, messages, schema: null, maxTokens: 1_000 }, never());
  const read = parser.open(parser.config.parse(entry.parser_config)).read(reply.text);
  return { reply, health: await model.health(never()), found: read.kind === 'parsed' ? read.claims : null };
}

describe('an example does what its README says', () => {
  it.each([
    {
      name: 'tool',
      found: [
        { path: 'src/token.js', startLine: 2, cwe: 'CWE-338', severity: 'medium' },
        { path: 'src/token.js', startLine: 6, cwe: 'CWE-95', severity: 'high' },
      ],
    },
    { name: 'agent', found: [{ path: 'src/thumbnail.js', startLine: 4, cwe: 'CWE-78', confidence: 0.7 }] },
    { name: 'plugin', found: [{ path: 'src/users.js', startLine: 2, cwe: 'CWE-89' }] },
  ])('$name', async ({ name, found }) => {
    const run = await runExample(name);
    expect(run.reply).toMatchObject({ finish: 'complete' });
    expect(run.health).toMatchObject({ available: true });
    expect(run.found).toHaveLength(found.length);
    expect(run.found).toMatchObject(found);
  });

  it.each(['tool', 'agent', 'plugin'])('and its README shows the command: %s', (name) => {
    const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');
    expect(readme).toContain(`npx aegis review --config examples/${name}/.aegis.yml --diff examples/${name}/change.diff`);
  });
});
