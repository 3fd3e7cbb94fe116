import { describe, expect, it } from 'vitest';
import { resolvePlan } from '#config/resolve-plan.ts';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import { ConfigError } from '#model/errors.ts';
import { NO_MEMORY } from '#model/lifecycle.ts';
import { KNOWN, planSource } from '../../test/fakes/known-parts.ts';
import { makePull } from '../../test/fakes/review-job.ts';
import { makeChange } from '../../test/fixtures/panel.ts';
import { makeResult } from '../../test/fixtures/scan-results.ts';
import { type PrepareDeps, prepareReview } from './prepare-review.ts';

const reader = { read: async () => null, prefetch: async () => {} };

function prepare(files: Record<string, string>, pull = makePull(), ofOwner: Record<string, string> = {}) {
  const asked: string[] = [];
  const scans: Parameters<PrepareDeps['scan']>[] = [];
  const deps: PrepareDeps = {
    host: {
      textAtBase: async ({ baseSha }, path) => {
        asked.push(`${path} at ${baseSha.slice(0, 1)}`);
        return files[path] ?? null;
      },
      textOfOwner: async (_, repo, path) => {
        asked.push(`${path} of ${repo}`);
        return ofOwner[path] ?? null;
      },
    },
    known: KNOWN,
    resolvePlan: async (config) =>
      resolvePlan(
        config,
        {},
        planSource({
          trust: { kind: 'repository', inlineModels: false, checkAddress: () => null, checkSecret: () => null, runsCode: () => false },
        }),
      ),
    scan: async (...args) => {
      scans.push(args);
      return makeResult();
    },
  };
  return { prepared: prepareReview(pull, deps), asked, scans };
}

describe('prepareReview', () => {
  it('without a configuration the defaults hold', async () => {
    const { prepared, asked } = prepare({});
    expect(await prepared).toMatchObject({
      skip: null,
      settings: { failRule: { severity: 'high', paths: [] }, check: { enabled: true, name: 'Aegis' }, maxComments: 20 },
    });
    expect(asked).toEqual(['.aegis.yml at b', '.github/aegis.yml at b', '.github/aegis.yml of .github', 'aegis.yml of .github']);
  });

  it('what the base says is obeyed', async () => {
    const { prepared } = prepare({
      '.aegis.yml': 'check: { name: Security, fail_on: low }\nreview: { max_comments: 3, summary: false }\n',
    });
    expect((await prepared).settings).toMatchObject({
      failRule: { severity: 'low' },
      check: { name: 'Security' },
      maxComments: 3,
      summary: false,
    });
  });

  it('every problem of the file is told at once', async () => {
    const { prepared } = prepare({ '.aegis.yml': 'reveiw: {}\nreview: { min_severity: awful }\n' });
    const error = await prepared.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toHaveLength(2);
  });

  it('a model of its own is refused to a repository', async () => {
    const config = 'models:\n  - { id: m, provider: openai_compatible, model: x, base_url: "http://10.0.0.1", api_key: env:PRIVATE_KEY }\n';
    await expect(prepare({ '.aegis.yml': config }).prepared).rejects.toBeInstanceOf(ConfigError);
  });

  it.each([
    { name: 'a draft', config: '', pull: { draft: true }, skip: 'it is a draft' },
    { name: 'a draft that the base wants reviewed', config: 'review: { drafts: true }', pull: { draft: true }, skip: null },
    { name: 'a bot where bots are left out', config: 'review: { bots: false }', pull: { authorIsBot: true }, skip: 'its author is a bot' },
    {
      name: 'a title that is left out',
      config: 'skip: { titles: ["wip*"] }',
      pull: { title: 'WIP: more' },
      skip: 'its title matches `wip*`',
    },
  ])('$name', async ({ config, pull, skip }) => {
    expect((await prepare({ '.aegis.yml': config }, makePull(pull)).prepared).skip).toBe(skip);
  });

  it('a scan gets the attributes of the base, the plan and the signal', async () => {
    const { prepared, scans, asked } = prepare({ '.gitattributes': '*.js linguist-generated' });
    const change = makeChange([{ path: 'a.js', start: 1, count: 2 }]);
    const { signal } = new AbortController();
    const kept = { scanId: 's1', keep: () => undefined, emit: () => undefined, memory: NO_MEMORY };
    await (await prepared).scan(change, reader, signal, kept);
    expect(asked).toContain('.gitattributes at b');
    const [given] = scans;
    expect(given?.[0]).toBe(change);
    expect(given?.[1].seats.map(({ model }) => model.model_id)).toEqual(['builtin/patterns']);
    expect(given?.[2]).toEqual({ ...kept, reader, attributes: '*.js linguist-generated', signal, repository: 'octo/shop' });
  });

  it('what the repository says goes over what its owner says, and both over the preset', async () => {
    const base = { '.aegis.yml': 'review: { max_comments: 2 }', '.github/aegis.yml': 'check: { fail_on: low }' };
    const { prepared } = prepare(base, makePull(), { 'aegis.yml': 'preset: quiet\ncheck: { fail_on: critical, name: Octo }' });
    expect((await prepared).settings).toMatchObject({ maxComments: 2, failRule: { severity: 'low' }, check: { name: 'Octo' } });
  });

  it('of the two files of the owner the first that is there holds', async () => {
    const { prepared } = prepare({}, makePull(), { '.github/aegis.yml': 'check: { name: A }', 'aegis.yml': 'check: { name: B }' });
    expect((await prepared).settings.check.name).toBe('A');
  });

  it("the owner's own repository is not asked twice", async () => {
    const { prepared, asked } = prepare({}, makePull({ repo: '.github' }), {});
    await prepared;
    expect(asked).toEqual(['.aegis.yml at b', '.github/aegis.yml at b']);
  });

  it('the problems of all files are told, each with its file', async () => {
    const { prepared } = prepare({ '.aegis.yml': 'reveiw: {}' }, makePull(), { 'aegis.yml': '\nversion: 2' });
    const error = await prepared.catch((thrown: unknown) => thrown);
    expect((error as ConfigError).problems).toMatchObject([
      { source: '.aegis.yml', line: 1 },
      { source: 'octo/.github:aegis.yml', line: 2 },
    ]);
  });

  it('a merge group is reviewed whatever `skip` says', async () => {
    const { prepared } = prepare({ '.aegis.yml': 'skip: { branches: ["*"] }' }, makePull({ number: 0 }));
    expect((await prepared).skip).toBeNull();
  });
});

describe('configNotes', () => {
  const changing = (path: string, over: Partial<ChangedFile> = {}): ChangeSet => {
    const change = makeChange([{ path, start: 1, count: 1 }]);
    return { ...change, files: change.files.map((file) => ({ ...file, ...over })) };
  };

  async function notesOn(change: ChangeSet, head: Record<string, string>, base: Record<string, string> = {}) {
    const prepared = await prepare(base).prepared;
    return await prepared.configNotes(change, { ...reader, read: async (path) => head[path] ?? null });
  }

  it('a change that leaves the configuration alone gets none', async () => {
    expect(await notesOn(changing('src/.aegis.yml'), {})).toEqual({ notes: [], annotations: [] });
  });

  it('a change of it takes effect after the merge', async () => {
    const { notes, annotations } = await notesOn(changing('.github/aegis.yml'), { '.github/aegis.yml': 'preset: quiet' });
    expect(notes).toEqual(['This change edits .github/aegis.yml; that takes effect after the merge.']);
    expect(annotations).toEqual([]);
  });

  it('one that would break it is told every problem, and where', async () => {
    const head = { '.aegis.yml': 'reveiw: {}\n\nreview: { scope: all }\nmodels: [nobody]\n' };
    const { notes, annotations } = await notesOn(changing('.aegis.yml'), head, { '.aegis.yml': 'preset: quiet' });
    expect(notes).toEqual([
      'This change edits .aegis.yml; that takes effect after the merge.',
      "After the merge the configuration would have 3 problems and no change would be reviewed; until then the base's is used.",
      '.aegis.yml:1:1 reveiw: unknown key `reveiw`; did you mean `review`?',
      '.aegis.yml:3:18 review.scope: must be `added`, `hunks` or `file`, but is `all`.',
      '.aegis.yml:4:10 models[0]: there is no model `nobody`; known here: `builtin/patterns`.',
    ]);
    expect(annotations).toMatchObject([
      { path: '.aegis.yml', startLine: 1, endLine: 1, severity: 'medium' },
      { path: '.aegis.yml', startLine: 3, message: 'review.scope: must be `added`, `hunks` or `file`, but is `all`' },
      { path: '.aegis.yml', startLine: 4 },
    ]);
  });

  it('what breaks a file that the change leaves alone is told there', async () => {
    const base = { '.aegis.yml': 'pipeline: { deep_scan: {} }', '.github/aegis.yml': '\npipeline: { judge: { when: never } }' };
    const { annotations } = await notesOn(changing('.aegis.yml', { status: 'deleted' }), {}, base);
    expect(annotations).toMatchObject([
      { path: '.github/aegis.yml', startLine: 2, message: expect.stringContaining('names no `deep_scan`') },
    ]);
  });

  it.each([
    { name: 'a file that is removed', path: '.aegis.yml', over: { status: 'deleted' as const }, verb: 'removes' },
    { name: 'a file that is moved away', path: 'old.yml', over: { status: 'renamed' as const, oldPath: '.aegis.yml' }, verb: 'removes' },
  ])('$name holds until the merge', async ({ path, over, verb }) => {
    const { notes, annotations } = await notesOn(changing(path, over), {}, { '.aegis.yml': 'preset: quiet' });
    expect(notes).toEqual([`This change ${verb} .aegis.yml; that takes effect after the merge.`]);
    expect(annotations).toEqual([]);
  });

  it('a new version that cannot be read is said to be so', async () => {
    const { notes } = await notesOn(changing('.aegis.yml'), {});
    expect(notes[1]).toBe('The new .aegis.yml cannot be read: it is no text file, or too large.');
  });

  it('of very many problems the summary names some and the check all', async () => {
    const head = { '.aegis.yml': Array.from({ length: 30 }, (_, index) => `x${index}: 1\n`).join('') };
    const { notes, annotations } = await notesOn(changing('.aegis.yml'), head);
    expect(notes.at(-1)).toBe('… and 20 more; the check lists them.');
    expect(annotations).toHaveLength(30);
  });
});
