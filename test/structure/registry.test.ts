import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { registry } from '#registry.ts';

/** Where the plugins of each kind live, and what they are called by. */
const KINDS = {
  providers: { folder: 'src/models/providers', name: (plugin: { type: string }) => plugin.type },
  parsers: { folder: 'src/models/parsers', name: (plugin: { id: string }) => plugin.id },
  runners: { folder: 'src/pipeline/runners', name: (plugin: { role: string }) => plugin.role },
  strategies: { folder: 'src/consensus/strategies', name: (plugin: { id: string }) => plugin.id },
  reporters: { folder: 'src/report/reporters', name: (plugin: { id: string }) => plugin.id },
} satisfies Record<keyof typeof registry, unknown>;

describe.each(Object.entries(KINDS))('%s', (kind, { folder, name }) => {
  const registered = registry[kind as keyof typeof registry] as readonly never[];
  const files = readdirSync(folder).filter((file) => /^[a-z][a-z0-9-]*\.ts$/.test(file));

  it('every file is one plugin with one export, registered once, and nothing else is registered', async () => {
    const plugins = await Promise.all(
      files.map(async (file) => {
        const exports = Object.values((await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>);
        expect(exports, `${folder}/${file} exports one thing`).toHaveLength(1);
        return exports[0];
      }),
    );
    expect(new Set<unknown>(registered)).toEqual(new Set(plugins));
    for (const plugin of plugins)
      expect(
        registered.filter((one) => one === plugin),
        'registered once',
      ).toHaveLength(1);
    expect(registered).toHaveLength(files.length);
  });

  it('every plugin has a name of its own, and its file is named after it', () => {
    const names = registered.map(name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.map((one) => `${one.replaceAll('_', '-')}.ts`).toSorted()).toEqual(files.toSorted());
  });
});
