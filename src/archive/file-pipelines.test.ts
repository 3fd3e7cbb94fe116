import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFilePipelines } from './file-pipelines.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-piped-'));
afterAll(() => rm(folder, { recursive: true }));
let count = 0;
async function fileOf(text: string): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.yml`);
  await writeFile(path, text);
  return path;
}

const WRITTEN = `# Ours, agreed on in May.
pipelines:
  strict: # for releases
    description: Two of three
    steps:
      - vote: majority_vote # no threshold
      - cap: { findings: 20 }
`;

describe('the file of consensus pipelines', () => {
  it('is written as people write it', async () => {
    const path = join(folder, 'made', 'pipelines.yml');
    await createFilePipelines(path).save({ name: 'quick', description: '', steps: [{ vote: 'union' }, { cap: { findings: 5 } }] });
    expect(
      await readFile(path, 'utf8'),
    ).toBe(`# Consensus pipelines of Aegis: \`.aegis.yml\` names one as consensus.pipeline. This file may be changed by hand.

version: 1
pipelines:
  quick:
    steps:
      - vote: union
      - cap:
          findings: 5
`);
  });

  it('may be written by hand, and keeps its comments', async () => {
    const path = await fileOf(WRITTEN);
    const pipelines = createFilePipelines(path);
    expect(await pipelines.list()).toEqual([
      { name: 'strict', description: 'Two of three', steps: [{ vote: 'majority_vote' }, { cap: { findings: 20 } }] },
    ]);
    await pipelines.save({ name: 'quick', description: 'One is enough', steps: [{ vote: 'union' }] });
    const text = await readFile(path, 'utf8');
    for (const comment of ['# Ours, agreed on in May.', '# for releases', '# no threshold']) expect(text).toContain(comment);
    expect((await pipelines.list()).map(({ name }) => name)).toEqual(['quick', 'strict']);
    expect(await pipelines.remove('quick')).toBe(true);
    const left = await readFile(path, 'utf8');
    expect(left).toBe(WRITTEN.replace('strict: #', 'strict:\n    #').replace('{ findings: 20 }', '{findings: 20}'));
  });

  it.each(['', '# nothing yet\n', 'version: 1\n', 'pipelines: {}\n'])('may hold none: %j', async (text) => {
    const pipelines = createFilePipelines(await fileOf(text));
    expect(await pipelines.list()).toEqual([]);
    expect(await pipelines.remove('strict')).toBe(false);
    await pipelines.save({ name: 'quick', description: '', steps: [{ vote: 'union' }] });
    expect(await pipelines.list()).toHaveLength(1);
  });

  it.each([
    { name: 'no YAML', text: 'pipelines: {', at: [1, 13], says: /not valid YAML/ },
    { name: 'a wrong key', text: 'pipelines:\n  strict:\n    step: []\n', at: [3, 5], says: /did you mean `steps`/ },
    { name: 'no steps', text: 'pipelines:\n  strict:\n    steps: []\n', at: [3, 12], says: /must not be an empty list/ },
    {
      name: 'a step that is a word',
      text: 'pipelines:\n  strict:\n    steps:\n      - union\n',
      at: [4, 9],
      says: /must be a mapping of keys, but is the text `union`/,
    },
    { name: 'a name that is none', text: 'pipelines:\n  "a b":\n    steps: [{vote: union}]\n', at: [2, 3], says: /must be letters/ },
    {
      name: 'one name twice',
      text: 'pipelines:\n  a:\n    steps: [{vote: union}]\n  a:\n    steps: [{vote: union}]\n',
      at: [4, 3],
      says: /stands here twice/,
    },
    { name: 'a later version', text: 'version: 2\n', at: [1, 10], says: /must be `1`/ },
    { name: 'a list', text: '- a\n', at: [1, 1], says: /must be a mapping/ },
  ])('with $name says where, and stays as it is', async ({ text, at, says }) => {
    const path = await fileOf(text);
    const pipelines = createFilePipelines(path);
    const fault = await pipelines.list().catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'AEGIS_CONFIG', message: expect.stringContaining(path) });
    const { problems } = fault as { problems: { line: number; column: number; message: string }[] };
    const problem = problems.find(({ message }) => says.test(message));
    expect([problem?.line, problem?.column]).toEqual(at);
    await expect(pipelines.save({ name: 'quick', description: '', steps: [{ vote: 'union' }] })).rejects.toMatchObject({
      code: 'AEGIS_CONFIG',
    });
    await expect(pipelines.remove('strict')).rejects.toMatchObject({ code: 'AEGIS_CONFIG' });
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
