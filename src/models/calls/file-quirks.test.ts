import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileQuirks, createMemoryQuirks } from './file-quirks.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aegis-quirks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const KEY = 'openai_compatible http://127.0.0.1:8000 m';
const QUIRKS = [
  { id: 'fixed-temperature', value: null },
  { id: 'most-tokens', value: 4096 },
  { id: 'field', value: 'max_completion_tokens' },
];
const run = promisify(execFile);

describe('what was learned about models', () => {
  it.each([
    { name: 'in a file', make: () => createFileQuirks(join(folder, 'deep', 'quirks.json')) },
    { name: 'in memory', make: () => createMemoryQuirks() },
  ])('is recalled in its order, and replaced by what is learned later: $name', async ({ make }) => {
    const memory = make();
    expect(await memory.recall(KEY)).toEqual([]);
    await memory.learn(KEY, QUIRKS.slice(0, 1));
    await memory.learn('another', QUIRKS.slice(1));
    await memory.learn(KEY, QUIRKS);
    expect(await memory.recall(KEY)).toEqual(QUIRKS);
    expect(await memory.recall('another')).toEqual(QUIRKS.slice(1));
    expect(await memory.recall('__proto__')).toEqual([]);
  });

  it('outlasts the process, readable by its owner alone', async () => {
    const path = join(folder, 'quirks.json');
    await createFileQuirks(path).learn(KEY, QUIRKS);
    expect(await createFileQuirks(path).recall(KEY)).toEqual(QUIRKS);
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(['quirks.json']);
  });

  it.each([
    { name: 'half a file', text: '{"version":1,"mod' },
    { name: 'another version', text: '{"version":2,"models":[]}' },
    { name: 'quirks of another form', text: '{"version":1,"models":[["k",[{"id":1}]]]}' },
    { name: 'a list', text: '[]' },
    { name: 'no text', text: '\\0\\uffff' },
  ])('is nothing where there is $name, and is learned again', async ({ text }) => {
    const path = join(folder, 'quirks.json');
    await writeFile(path, text);
    const memory = createFileQuirks(path);
    expect(await memory.recall(KEY)).toEqual([]);
    await memory.learn(KEY, QUIRKS);
    expect(await memory.recall(KEY)).toEqual(QUIRKS);
  });

  it('is lost without a word where it cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const memory = createFileQuirks(join(folder, 'file', 'quirks.json'));
    await memory.learn(KEY, QUIRKS);
    expect(await memory.recall(KEY)).toEqual([]);
  });

  it('keeps what was learned last, of five hundred models', async () => {
    const path = join(folder, 'quirks.json');
    await writeFile(path, JSON.stringify({ version: 1, models: Array.from({ length: 500 }, (_, index) => [`m${index}`, QUIRKS]) }));
    const memory = createFileQuirks(path);
    await memory.learn('new', QUIRKS);
    expect(await memory.recall('m0')).toEqual([]);
    expect(await memory.recall('m1')).toEqual(QUIRKS);
    expect(await memory.recall('new')).toEqual(QUIRKS);
  });

  it('loses nothing among calls of one process', async () => {
    const memory = createFileQuirks(join(folder, 'quirks.json'));
    await Promise.all(Array.from({ length: 20 }, (_, index) => memory.learn(`m${index}`, QUIRKS)));
    for (let index = 0; index < 20; index += 1) expect(await memory.recall(`m${index}`)).toEqual(QUIRKS);
  });

  it('stays whole when two processes learn at once', async () => {
    const path = join(folder, 'quirks.json');
    const module = fileURLToPath(new URL('./file-quirks.ts', import.meta.url));
    const program = (writer: string) =>
      `import { createFileQuirks } from ${JSON.stringify(module)};
       const memory = createFileQuirks(${JSON.stringify(path)});
       for (let index = 0; index < 40; index += 1) await memory.learn('${writer}' + index, [{ id: 'q', value: index }]);`;
    const args = (writer: string) => ['--import', 'tsx', '--input-type=module', '-e', program(writer)];
    await Promise.all(['a', 'b'].map((writer) => run(process.execPath, args(writer))));
    const { models } = JSON.parse(await readFile(path, 'utf8')) as { models: [string, unknown][] };
    expect(models.length).toBeGreaterThanOrEqual(40);
    expect(await readdir(folder)).toEqual(['quirks.json']);
    expect(await createFileQuirks(path).recall(models.at(-1)?.[0] ?? '')).toHaveLength(1);
  });
});
