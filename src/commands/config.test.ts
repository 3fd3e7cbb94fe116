import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolvePlan } from '#config/resolve-plan.ts';
import { InputError } from '#model/errors.ts';
import { planSource } from '../../test/fakes/known-parts.ts';
import { runCommand } from '../../test/fakes/run-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[]) => runCommand(folder, args);
const writeGitHub = (text: string) => {
  mkdirSync(join(folder, '.github'), { recursive: true });
  write(text, '.github/aegis.yml');
};
const write = (text: string, name = '.aegis.yml') => writeFileSync(join(folder, name), text);

describe('aegis config validate', () => {
  it('says ok, what the configuration comes to, and its warnings', async () => {
    write('consensus: { min_votes: 2 }\n');
    expect(await run(['config', 'validate'])).toEqual({
      out: `warning: .aegis.yml:1:14 consensus.min_votes: 2 votes are asked for, more than there are models (1): every review will be incomplete
.aegis.yml: ok (builtin/patterns by union)
`,
      err: '',
      code: 0,
    });
  });

  it('names who sits in each role, and who stands in reserve', async () => {
    const inline = (id: string, roles: string) => `{ id: ${id}, provider: openai_compatible, model: ${id}, roles: [${roles}] }`;
    write(`models: [${inline('a', 'deep_scan, judge')}, ${inline('b', 'deep_scan')}, ${inline('t', 'triage')}]
pipeline: { triage: {}, deep_scan: { models: [a] }, judge: {} }
`);
    expect((await run(['config', 'validate'])).out).toBe('.aegis.yml: ok (a by union; triage: t; judge: a; in reserve: b)\n');
  });

  it('takes no file as the defaults', async () => {
    const { out, code } = await run(['config', 'validate']);
    expect(out).toBe('.aegis.yml: ok (there is none, the defaults hold; builtin/patterns by union)\n');
    expect(code).toBe(0);
  });

  it('tells every problem with file, line and column, and ends with 2', async () => {
    write('reveiw: {}\nmodels: [builtin/pattern]\n', 'other.yml');
    expect(await run(['config', 'validate', 'other.yml'])).toEqual({
      out: `other.yml:1:1 reveiw: unknown key \`reveiw\`; did you mean \`review\`?
other.yml:2:10 models[0]: there is no model \`builtin/pattern\`; did you mean \`builtin/patterns\`?
other.yml has 2 problems
`,
      err: '',
      code: 2,
    });
  });

  it('writes JSON for programs', async () => {
    write('version: 2');
    const { out, code } = await run(['config', 'validate', '--format', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      file: '.aegis.yml',
      valid: false,
      problems: [{ line: 1, column: 10, key: 'version', message: 'must be `1`, but is `2`' }],
    });
    expect(code).toBe(2);
  });

  it('refuses a named file that is not there', async () => {
    await expect(run(['config', 'validate', 'no.yml'])).rejects.toThrow(InputError);
    await expect(run(['config', 'validate', 'no.yml'])).rejects.toThrow('the configuration no.yml cannot be read');
  });

  it('refuses a folder in the place of the file', async () => {
    await expect(run(['config', 'validate', '.'])).rejects.toThrow(InputError);
  });

  it('reads both files of the repository, and says which is wrong', async () => {
    writeGitHub('reveiw: {}\n');
    write('preset: quite\n');
    expect(
      (await run(['config', 'validate'])).out,
    ).toBe(`.aegis.yml:1:9 preset: must be \`quiet\`, \`balanced\` or \`thorough\`, but is \`quite\`; did you mean \`quiet\`?
.github/aegis.yml:1:1 reveiw: unknown key \`reveiw\`; did you mean \`review\`?
.aegis.yml over .github/aegis.yml has 2 problems
`);
    write('preset: quiet\n');
    expect(JSON.parse((await run(['config', 'validate', '--format', 'json'])).out)).toMatchObject({
      file: '.aegis.yml over .github/aegis.yml',
      problems: [{ source: '.github/aegis.yml', line: 1 }],
    });
  });

  it('a named file stands alone', async () => {
    writeGitHub('reveiw: {}\n');
    write('', 'other.yml');
    expect((await run(['config', 'validate', 'other.yml'])).out).toBe('other.yml: ok (builtin/patterns by union)\n');
  });
});

describe('aegis config explain', () => {
  const rowsOf = (out: string) => out.split('\n').map((line) => line.split(/ {2,}/));

  it('says where each value comes from', async () => {
    writeGitHub('preset: quiet\nreview:\n  drafts: true\n  max_comments: 9\n');
    write('review: { max_comments: 3 }\nsuppress:\n  - { cwe: CWE-798, reason: fixtures }\npaths: { exclude: [docs/, vendor/] }\n');
    const { out, code } = await run(['config', 'explain', '--scope', 'file']);
    expect(code).toBe(0);
    expect(rowsOf(out)).toEqual(
      expect.arrayContaining([
        ['Configuration: .aegis.yml over .github/aegis.yml'],
        ['preset', 'quiet', '.github/aegis.yml:1'],
        ['models', '["builtin/patterns"]', 'default, by the models that there are'],
        ['pipeline.deep_scan.models', '["builtin/patterns"]', 'default, by the models that there are'],
        ['consensus.strategy', 'union', 'default, by the models that there are'],
        ['consensus.min_votes', '1', 'default'],
        ['review.min_severity', 'medium', 'preset quiet'],
        ['review.scope', 'file', 'command line: --scope'],
        ['review.max_comments', '3', '.aegis.yml:1'],
        ['review.drafts', 'true', '.github/aegis.yml:3'],
        ['check.fail_on', 'high', 'default'],
        ['paths.exclude', '["docs/","vendor/"]', '.aegis.yml:4'],
        ['suppress[0]', '{"cwe":"CWE-798","reason":"fixtures"}', '.aegis.yml:3'],
      ]),
    );
    expect(new Set(rowsOf(out).map(([key]) => key)).size).toBe(rowsOf(out).length - 1);
  });

  it('shows models one by one as they were written, and roles as a whole', async () => {
    write(`models:
  - builtin/patterns
  - { id: gpt, provider: openai_compatible, model: gpt-5-mini, api_key: env:OPENAI_API_KEY, roles: [deep_scan, keys] }
roles: { keys: { prompt: x, schema: {} } }
`);
    const { values } = JSON.parse((await run(['config', 'explain', '--format', 'json'])).out) as {
      values: { key: string; value: unknown; origin: object }[];
    };
    expect(values.filter(({ key }) => /^(models|roles)/.test(key))).toMatchObject([
      { key: 'models[0]', value: 'builtin/patterns', origin: { kind: 'file', source: '.aegis.yml', line: 2 } },
      { key: 'models[1]', value: { id: 'gpt', api_key: 'env:OPENAI_API_KEY' }, origin: { line: 3 } },
      { key: 'roles.keys', value: { prompt: 'x', schema: {} }, origin: { line: 4 } },
    ]);
  });

  it('names what the command line and the environment say', async () => {
    const resolve = async (config: Parameters<typeof resolvePlan>[0], over: Parameters<typeof resolvePlan>[1]) =>
      resolvePlan(config, over, planSource({ monthlyUsd: 5 }));
    const { out } = await runCommand(
      folder,
      ['config', 'explain', '--models', 'builtin/patterns', '--strategy', 'union', '--fail-on', 'none'],
      {
        resolvePlan: resolve,
      },
    );
    expect(rowsOf(out)).toEqual(
      expect.arrayContaining([
        ['There is no configuration; the defaults hold.'],
        ['models', '["builtin/patterns"]', 'command line: --models'],
        ['consensus.strategy', 'union', 'command line: --strategy'],
        ['check.fail_on', 'none', 'command line: --fail-on'],
        ['budget.monthly_usd', '5', 'environment: AEGIS_MONTHLY_USD'],
      ]),
    );
  });

  it('refuses a configuration that is not valid', async () => {
    write('reveiw: {}');
    await expect(run(['config', 'explain'])).rejects.toThrow('.aegis.yml has 1 problem');
  });
});

describe('aegis config schema', () => {
  it('prints a JSON Schema', async () => {
    const { out, code } = await run(['config', 'schema']);
    expect(JSON.parse(out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: '.aegis.yml', type: 'object' });
    expect(code).toBe(0);
  });
});
