import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { registry } from '#registry.ts';

interface Named {
  readonly id?: string;
  readonly type?: string;
  readonly role?: string;
}

/** Where the plugins of each kind live. */
const FOLDERS = {
  providers: 'src/models/providers',
  parsers: 'src/models/parsers',
  runners: 'src/pipeline/runners',
  strategies: 'src/consensus/strategies',
  reporters: 'src/report/reporters',
} satisfies Record<keyof typeof registry, string>;

describe.each(Object.entries(FOLDERS))('%s', (kind, folder) => {
  const registered: readonly Named[] = registry[kind as keyof typeof registry];
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
    const names = registered.map(({ id, type, role }) => id ?? type ?? role ?? '');
    expect(new Set(names).size).toBe(names.length);
    expect(names.map((one) => `${one.replaceAll('_', '-')}.ts`).toSorted()).toEqual(files.toSorted());
  });
});
