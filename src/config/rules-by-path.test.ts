import { describe, expect, it } from 'vitest';
import { ConfigError } from '#model/errors.ts';
import { BUILTIN, entry } from '../../test/fakes/known-parts.ts';
import { resolveText } from '../../test/fakes/resolve-text.ts';
import type { Overrides, PlanSource } from './resolve-plan.ts';

const CLOUD = entry('gpt', { settings: { base_url: 'https://api.openai.com/v1' }, roles: ['deep_scan', 'judge'] });
const NEAR = entry('qwen', { settings: { base_url: 'http://localhost:8080' } });
const SORTER = entry('codebert', { roles: ['triage'], settings: { base_url: 'http://localhost:8081' } });
const REGISTERED = [BUILTIN, CLOUD, NEAR, SORTER];

function plan(text: string, over: Overrides = {}, source: Partial<PlanSource> = {}) {
  return resolveText(text, { registered: REGISTERED, ...source }, over);
}

function problems(text: string): string[] {
  try {
    plan(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ line, column, key, message }) => `${line}:${column} ${key}: ${message}`);
    throw error;
  }
  return [];
}

const seats = ({ plan: { seats: all } }: ReturnType<typeof plan>) => all.map(({ id, guest }) => (guest === true ? `${id}?` : id));

describe('privacy.local_only', () => {
  it('leaves registered models out that are elsewhere, and says so', () => {
    const resolved = plan('privacy: { local_only: true }');
    expect(seats(resolved)).toEqual(['triage:codebert', 'deep_scan:builtin/patterns', 'deep_scan:qwen']);
    expect(resolved.warnings).toEqual([
      ".aegis.yml:1:12 privacy.local_only: registered models that are not on the owner's machines take no part: gpt",
    ]);
    expect(resolved.plan.privacy).toEqual({ maskSecrets: true, localOnly: true });
  });

  it.each([
    {
      name: 'a model of `models` is told where it stands',
      text: 'privacy: { local_only: true }\nmodels:\n  - qwen\n  - gpt\n',
      told: ["4:5 models[1]: the model `gpt` is not on the owner's machines, which `privacy.local_only` asks for"],
    },
    {
      name: 'a registered one where `pipeline` names it',
      text: 'privacy: { local_only: true }\npipeline:\n  deep_scan: { models: [qwen, gpt] }\n',
      told: ["3:31 pipeline.deep_scan.models[1]: the model `gpt` is not on the owner's machines, which `privacy.local_only` asks for"],
    },
    {
      name: 'one that only an override names',
      text: 'privacy: { local_only: true }\noverrides:\n  - paths: [src/**]\n    models: [gpt]\n',
      told: ["4:14 overrides[0].models[0]: the model `gpt` is not on the owner's machines, which `privacy.local_only` asks for"],
    },
    {
      name: 'one that would only stand in for another',
      text: 'privacy: { local_only: true }\nmodels: [qwen, gpt]\npipeline:\n  deep_scan: { models: [qwen] }\n',
      told: ["2:16 models[1]: the model `gpt` is not on the owner's machines, which `privacy.local_only` asks for"],
    },
    { name: 'without it, all may take part', text: 'privacy: { local_only: false }\nmodels: [qwen, gpt]\n', told: [] },
  ])('$name', ({ text, told }) => expect(problems(text)).toEqual(told));

  it('holds for models of the command line', () => {
    expect(() => plan('privacy: { local_only: true }', { models: ['gpt'] })).toThrow(/the model gpt of --models is not on your machines/);
  });
});

describe('overrides', () => {
  it('a model that only an override names gets a seat for its files, and moves nobody', () => {
    const resolved = plan('models: [qwen]\noverrides:\n  - { paths: [src/auth/**], models: [gpt, qwen] }\n');
    expect(seats(resolved)).toEqual(['deep_scan:qwen', 'deep_scan:gpt?']);
    expect(resolved.plan.stages.deepScan.tiers).toEqual([['deep_scan:qwen', 'deep_scan:gpt']]);
    expect(resolved.plan.consensus.strategy).toBe('union');
    expect(resolved.plan.overrides).toEqual([{ paths: ['src/auth/**'], minSeverity: null, models: ['gpt', 'qwen'], failOn: null }]);
  });

  it('a sorter that only an override names sorts its files, where the plan sorts', () => {
    const text = 'models: [qwen, other]\npipeline: { triage: { models: [other] }, deep_scan: { models: [qwen] } }\n';
    const source = { registered: [...REGISTERED, entry('other', { roles: ['triage'] })] };
    const resolved = plan(`${text}overrides:\n  - { paths: [a/**], models: [codebert, qwen] }\n`, {}, source);
    expect(seats(resolved)).toEqual(['triage:other', 'triage:codebert?', 'deep_scan:qwen']);
  });

  it('a judge of the plan that an override names looks at its files, too', () => {
    const text = 'pipeline: { deep_scan: { models: [qwen] }, judge: { model: gpt } }\noverrides:\n  - { paths: [a/**], models: [gpt] }\n';
    expect(seats(plan(text))).toEqual(['deep_scan:qwen', 'deep_scan:gpt?', 'judge:gpt']);
  });

  it('what the command line names looks at all files', () => {
    const resolved = plan('overrides:\n  - { paths: [a/**], models: [gpt], min_severity: high }\n', { models: ['qwen'] });
    expect(resolved.plan.overrides).toEqual([{ paths: ['a/**'], minSeverity: 'high', models: null, failOn: null }]);
    expect(seats(resolved)).toEqual(['deep_scan:qwen']);
  });

  it.each([
    {
      name: 'an id that nobody knows, with the nearest one',
      text: 'overrides:\n  - { paths: [a/**], models: [qwem] }\n',
      told: ['2:31 overrides[0].models[0]: there is no model `qwem`; did you mean `qwen`?'],
    },
    {
      name: 'a model that looks at no code',
      text: 'models: [qwen]\noverrides:\n  - { paths: [a/**], models: [codebert] }\n',
      told: ['3:31 overrides[0].models[0]: looks at no code in this review; its roles: triage'],
    },
    {
      name: 'nobody who looks for weaknesses',
      text: 'pipeline: { triage: { models: [codebert] }, deep_scan: { models: [qwen] } }\noverrides:\n  - { paths: [a/**], models: [codebert] }\n',
      told: ['3:22 overrides[0].models: no model with the role `deep_scan` would look at these files'],
    },
    {
      name: 'a model that stands there twice',
      text: 'overrides:\n  - { paths: [a/**], models: [qwen, qwen] }\n',
      told: ['2:37 overrides[0].models[1]: is named twice'],
    },
  ])('$name is a problem', ({ text, told }) => expect(problems(text)).toEqual(told));

  it('says where fewer can vote than have to', () => {
    const { warnings } = plan('consensus: { min_votes: 2 }\nmodels: [qwen, gpt]\noverrides:\n  - { paths: [a/**], models: [gpt] }\n');
    expect(warnings).toEqual([
      '.aegis.yml:4:22 overrides[0].models: 2 votes are asked for, and 1 of these models can vote: the files will never be fully reviewed',
    ]);
  });
});

describe('instructions', () => {
  it('says where a prompt cannot hold all of them', () => {
    const text = `instructions:\n  - { paths: [a/**], text: "${'x'.repeat(3000)}" }\n  - { paths: [b/**], text: "${'y'.repeat(1500)}" }\n`;
    const { plan: made, warnings } = plan(text);
    expect(made.instructions.map(({ paths }) => paths)).toEqual([['a/**'], ['b/**']]);
    expect(warnings.join()).toMatch(
      /1:1 instructions: a prompt takes 4000 characters of them, in their order, and together they have 4500/,
    );
  });

  it('leave less room for code where the window is small', () => {
    const small = { registered: [entry('small', { settings: { num_ctx: 8192 } })] };
    const without = plan('models: [small]', {}, small).plan.chunkTokens;
    const { chunkTokens } = plan(
      'models: [small]\ninstructions:\n  - { paths: [a/**], text: "All input of this module is checked." }\n',
      {},
      small,
    ).plan;
    expect(chunkTokens).toBeLessThan(without);
    expect(chunkTokens).toBeGreaterThan(without - 50);
  });
});
