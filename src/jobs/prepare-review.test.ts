import { describe, expect, it } from 'vitest';
import { resolvePlan } from '#config/resolve-plan.ts';
import { ConfigError } from '#model/errors.ts';
import { KNOWN, planSource } from '../../test/fakes/known-parts.ts';
import { makePull } from '../../test/fakes/review-job.ts';
import { makeChange } from '../../test/fixtures/panel.ts';
import { makeResult } from '../../test/fixtures/scan-results.ts';
import { type PrepareDeps, prepareReview } from './prepare-review.ts';

const reader = { read: async () => null, prefetch: async () => {} };

function prepare(files: Record<string, string>, pull = makePull()) {
  const asked: string[] = [];
  const scans: Parameters<PrepareDeps['scan']>[] = [];
  const deps: PrepareDeps = {
    host: {
      textAtBase: async ({ baseSha }, path) => {
        asked.push(`${path} at ${baseSha.slice(0, 1)}`);
        return files[path] ?? null;
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
      settings: { failOn: 'high', check: { enabled: true, name: 'Aegis' }, maxComments: 20 },
    });
    expect(asked).toEqual(['.aegis.yml at b']);
  });

  it('what the base says is obeyed', async () => {
    const { prepared } = prepare({
      '.aegis.yml': 'check: { name: Security, fail_on: low }\nreview: { max_comments: 3, summary: false }\n',
    });
    expect((await prepared).settings).toMatchObject({ failOn: 'low', check: { name: 'Security' }, maxComments: 3, summary: false });
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
    const kept = { scanId: 's1', keep: () => undefined };
    await (await prepared).scan(change, reader, signal, kept);
    expect(asked).toEqual(['.aegis.yml at b', '.gitattributes at b']);
    const [given] = scans;
    expect(given?.[0]).toBe(change);
    expect(given?.[1].seats.map(({ model }) => model.model_id)).toEqual(['builtin/patterns']);
    expect(given?.[2]).toEqual({ ...kept, reader, attributes: '*.js linguist-generated', signal, repository: 'octo/shop' });
  });
});
