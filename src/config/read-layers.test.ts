import { describe, expect, it } from 'vitest';
import { ConfigError } from '#model/errors.ts';
import { BUILTIN, entry, KNOWN, planSource } from '../../test/fakes/known-parts.ts';
import { PRESET_NAMES, PRESETS } from './presets.ts';
import { formatProblem, readConfig, readLayers } from './read-config.ts';
import { resolvePlan } from './resolve-plan.ts';

const SOURCES = ['.aegis.yml', '.github/aegis.yml', 'octo/.github:aegis.yml'];

function read(...texts: readonly string[]) {
  const { config } = readLayers(
    texts.map((text, index) => ({ source: SOURCES[index] ?? '', text })),
    KNOWN,
  );
  return { ...config, told: config.problems.map((problem) => formatProblem(config.source, problem)) };
}

/** Problems as they are told once the models are looked at, too. */
function problemsOf(...texts: readonly string[]): string[] {
  try {
    resolvePlan(read(...texts), {}, planSource({ registered: [BUILTIN, entry('a'), entry('b', { roles: ['judge'] })] }));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => formatProblem(error.source, problem));
  }
}

describe('layers', () => {
  it('maps are merged key by key; of lists and single values the nearest wins', () => {
    const { values } = read(
      'review: { scope: file }\npaths: { exclude: [a] }\n',
      'review: { scope: added, max_comments: 3 }\npaths: { exclude: [b, c] }\n',
      'review: { min_severity: high, max_comments: 9 }\nconsensus: { weights: { a: 2 } }',
    );
    expect(values.review).toMatchObject({ scope: 'file', max_comments: 3, min_severity: 'high' });
    expect(values.paths.exclude).toEqual(['a']);
    expect(values.consensus?.weights).toEqual({ a: 2 });
  });

  it.each([
    {
      name: 'a strategy that is chosen near takes the place of steps from afar',
      texts: ['consensus: { strategy: union }', 'consensus: { steps: [{ vote: union }], min_votes: 2 }'],
      consensus: { strategy: 'union', min_votes: 2 },
      gone: 'steps',
    },
    {
      name: 'steps that are chosen near take the place of a stored pipeline',
      texts: ['consensus: { steps: [{ vote: union }] }', 'consensus: { pipeline: ours }'],
      consensus: {},
      gone: 'pipeline',
    },
  ])('$name', ({ texts, consensus, gone }) => {
    const { values } = read(...texts);
    expect(values.consensus).toMatchObject(consensus);
    expect(values.consensus).not.toHaveProperty(gone);
  });

  it('two choices in one file stay a slip of that file', () => {
    expect(problemsOf('review: {}', 'consensus: { strategy: union, steps: [{ vote: union }] }')).toEqual([
      '.github/aegis.yml:1:31 consensus.steps: stands beside `strategy`; give one of them',
    ]);
  });

  it('a custom role is one definition, taken whole from the nearest', () => {
    const { values } = read(
      'roles: { keys: { prompt: near, schema: {} } }',
      'roles: { keys: { prompt: far, schema: {}, on: findings }, other: { prompt: far, schema: {} } }',
    );
    expect(values.roles).toMatchObject({ keys: { prompt: 'near', on: 'chunks' }, other: { prompt: 'far' } });
  });

  it('the problems of all files are told at once, each with its own file and line', () => {
    expect(problemsOf('reveiw: {}', '\nreview: { scope: all }', '\n\nversion: 2')).toEqual([
      '.aegis.yml:1:1 reveiw: unknown key `reveiw`; did you mean `review`?',
      '.github/aegis.yml:2:18 review.scope: must be `added`, `hunks` or `file`, but is `all`',
      'octo/.github:aegis.yml:3:10 version: must be `1`, but is `2`',
    ]);
  });

  it('a value is checked even where a nearer one takes its place', () => {
    expect(problemsOf('review: { scope: file }', 'review: { scope: all }')).toHaveLength(1);
  });

  it('what only the whole shows is told where the value was set', () => {
    expect(problemsOf('pipeline: { judge: { when: always } }', '\npipeline: { deep_scan: { models: [a, nobody] } }')).toEqual([
      '.github/aegis.yml:2:38 pipeline.deep_scan.models[1]: there is no model `nobody`; known here: `builtin/patterns`, `a`, `b`',
    ]);
  });

  it('a role that one file defines may be given in another', () => {
    const model = 'models: [{ id: m, provider: builtin, model: x, roles: [keys] }]';
    expect(read(model, 'roles: { keys: { prompt: x, schema: {} } }').told).toEqual([]);
    expect(read(model, 'review: {}').told).toEqual([expect.stringContaining('.aegis.yml:1:56 models[0].roles[0]: must be')]);
  });

  it('a file that cannot be read leaves the others to be checked', () => {
    expect(read('a: [', 'reveiw: {}').told).toEqual([
      expect.stringMatching(/^\.aegis\.yml:1:\d+ is not valid YAML/),
      '.github/aegis.yml:1:1 reveiw: unknown key `reveiw`; did you mean `review`?',
    ]);
  });

  it('a fault in one file alone is the fault of that file', () => {
    const broken = read('version: 1', 'version: 2');
    expect(() => resolvePlan(broken, {}, planSource())).toThrow('.github/aegis.yml has 1 problem');
    const both = read('version: 3', 'version: 2');
    expect(() => resolvePlan(both, {}, planSource())).toThrow('the configuration has 2 problems');
  });

  it('without a file the defaults hold', () => {
    expect(read()).toMatchObject({ source: '.aegis.yml', told: [], values: { review: { scope: 'hunks' } } });
  });
});

describe('presets', () => {
  it.each(PRESET_NAMES)('%s sets what the schema knows', (name) => {
    expect(readConfig(JSON.stringify(PRESETS[name].values), 'preset', KNOWN).config.problems).toEqual([]);
  });

  it('lie beneath everything that any file says', () => {
    const { values } = read('review: { max_comments: 7 }', 'preset: quiet', 'review: { scope: hunks }');
    expect(values.review).toMatchObject({ max_comments: 7, scope: 'hunks', min_severity: 'medium', min_confidence: 0.6 });
  });

  it('of several the nearest holds alone', () => {
    expect(read('preset: thorough', 'preset: quiet').values.review).toMatchObject({ min_severity: 'info', min_confidence: 0 });
    expect(read('preset: balanced', 'preset: quiet').values.review).toEqual(read().values.review);
  });

  it('set neither what a review may cost nor what makes the check fail', () => {
    for (const name of PRESET_NAMES) {
      const { values } = read(`preset: ${name}`);
      expect([values.budget, values.check]).toEqual([read().values.budget, read().values.check]);
    }
  });
});

describe('origins', () => {
  const { origin } = read('review: { scope: file }\nmodels:\n  - a\n  - b\n', 'preset: quiet\ncheck:\n  name: Ours\n');

  it.each([
    { name: 'the nearest file', path: ['review', 'scope'], is: { kind: 'file', source: '.aegis.yml', line: 1, column: 18 } },
    { name: 'the farther file', path: ['check', 'name'], is: { kind: 'file', source: '.github/aegis.yml', line: 3, column: 9 } },
    { name: 'an element of a list', path: ['models', 1], is: { kind: 'file', source: '.aegis.yml', line: 4, column: 5 } },
    { name: 'the preset', path: ['review', 'min_severity'], is: { kind: 'preset', name: 'quiet' } },
    { name: 'a default beside a key that was given', path: ['check', 'fail_on'], is: { kind: 'default' } },
    { name: 'a default', path: ['sarif', 'category'], is: { kind: 'default' } },
  ])('$name', ({ path, is }) => expect(origin(path)).toEqual(is));
});
