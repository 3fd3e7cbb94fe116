import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArchiveForTests } from '../../test/fakes/run-archive.ts';

const LIST = '- vote: { strategy: weighted_vote, threshold: 0.7 }\n- judge: { when: disagreement }\n';
const WHOLE = `description: Two of three\nsteps:\n  - vote: majority_vote\n  - cap: { findings: 5 }\n`;

describe('aegis pipelines', () => {
  it('stores steps from a file, lists them, and shows them as they can be stored again', async () => {
    const { run, folder, pipelines } = openArchiveForTests();
    expect((await run('pipelines', 'list')).out).toBe('no consensus pipeline is stored\n');
    await writeFile(join(folder, 'list.yml'), LIST);
    await writeFile(join(folder, 'whole.yml'), WHOLE);
    expect(await run('pipelines', 'save', 'strict', 'list.yml', '--description', 'With a judge')).toEqual({
      code: 0,
      out: 'strict is stored; use it as consensus.pipeline: strict\n',
      err: '',
    });
    await run('pipelines', 'save', 'quick', 'whole.yml');
    const stored = await pipelines.list();
    expect(stored).toEqual([
      { name: 'quick', description: 'Two of three', steps: [{ vote: 'majority_vote' }, { cap: { findings: 5 } }] },
      {
        ...{ name: 'strict', description: 'With a judge' },
        steps: [{ vote: { strategy: 'weighted_vote', threshold: 0.7 } }, { judge: { when: 'disagreement' } }],
      },
    ]);
    expect((await run('pipelines', 'list')).out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['name', 'steps', 'description'],
      ['quick', 'vote majority_vote → cap', 'Two of three'],
      ['strict', 'vote → judge', 'With a judge'],
      [''],
    ]);
    expect(JSON.parse((await run('pipelines', 'list', '--format', 'json')).out)).toEqual(stored);

    const shown = await run('pipelines', 'show', 'strict');
    await writeFile(join(folder, 'again.yml'), shown.out);
    await run('pipelines', 'save', 'again', 'again.yml');
    const [again, , strict] = await pipelines.list();
    expect(again).toEqual({ ...strict, name: 'again' });
  });

  it('reads standard input', async () => {
    const { run, pipelines } = openArchiveForTests(undefined, LIST);
    expect((await run('pipelines', 'save', 'strict', '-')).code).toBe(0);
    expect(await pipelines.list()).toMatchObject([{ name: 'strict', description: '' }]);
  });

  it('removes one, and names the nearest where there is none', async () => {
    const { run, pipelines } = openArchiveForTests(undefined, LIST);
    await run('pipelines', 'save', 'strict', '-');
    for (const verb of ['show', 'remove'])
      expect(await run('pipelines', verb, 'stirct')).toMatchObject({
        code: 2,
        err: 'aegis: there is no consensus pipeline stirct. Did you mean strict?\n',
      });
    expect((await run('pipelines', 'remove', 'strict')).out).toBe('strict is removed\n');
    expect(await pipelines.list()).toEqual([]);
    expect((await run('pipelines', 'remove', 'strict')).err).toContain('`aegis pipelines list` shows which there are.');
  });

  it.each([
    { name: 'a name that is none', pipeline: 'a b', text: LIST, says: /^aegis: a b is no name of a pipeline\. It must be letters/ },
    {
      name: 'the name of a strategy',
      pipeline: 'judge',
      text: LIST,
      says: /^aegis: judge is the name of a strategy\. Take another name\.\n$/,
    },
    { name: 'nothing', pipeline: 'p', text: '', says: /standard input has 1 problem\n +1:1 / },
    { name: 'no YAML', pipeline: 'p', text: 'steps: [', says: /not valid YAML/ },
    {
      name: 'a step that nobody knows',
      pipeline: 'p',
      text: '- vote: union\n- vot: union\n',
      says: / {2}2:3 +\[1\]\.vot: unknown key `vot`; did you mean `vote`\?/,
    },
    {
      name: 'a strategy that nobody knows',
      pipeline: 'p',
      text: 'steps:\n  - vote: majority\n',
      says: / {2}2:\d+ +steps\[0\]\.vote: must be .*majority_vote/,
    },
    { name: 'two judges', pipeline: 'p', text: '- judge: {}\n- judge: {}\n', says: / {2}2:10 .*second judge/ },
    { name: 'a key beside', pipeline: 'p', text: `name: x\n${WHOLE}`, says: / {2}1:1 +name: is not known here/ },
    {
      name: 'a description that is a list',
      pipeline: 'p',
      text: 'description: [a]\nsteps: [{vote: union}]\n',
      says: / {2}1:14 +description: must be a text/,
    },
  ])('stores nothing of $name, and says where it is wrong', async ({ pipeline, text, says }) => {
    const { run, pipelines } = openArchiveForTests(undefined, text);
    const ran = await run('pipelines', 'save', pipeline, '-');
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(says);
    expect(await pipelines.list()).toEqual([]);
  });

  it('says that there is no such file', async () => {
    const { run, folder } = openArchiveForTests();
    expect((await run('pipelines', 'save', 'p', 'missing.yml')).err).toMatch(/^aegis: there is no file to read at .*missing\.yml\./);
    await expect(readFile(join(folder, 'pipelines.yml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('shows what was written by hand, whatever is in it, without acting on a terminal', async () => {
    const { run, pipelines } = openArchiveForTests();
    await pipelines.save({ name: 'odd', description: 'a\u001b[2J', steps: [{ 'x\u202ey': [1] }] });
    const { out } = await run('pipelines', 'show', 'odd');
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('\u202e');
    expect((await run('pipelines', 'list')).out).toContain('a<U+001B>[2J');
  });
});
