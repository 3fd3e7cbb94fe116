import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelServer } from '../fakes/model-server.ts';
import { startFakeOllama } from '../fakes/ollama.ts';
import { makeFolder, makeRepository, runAegis, writeFiles } from './run-aegis.ts';

const EXAMPLE = new URL('../../examples/pull-request.diff', import.meta.url).pathname;

let ollama: ModelServer;
beforeAll(async () => {
  ollama = await startFakeOllama({ models: [{ name: 'small:1b' }, { name: 'large:7b' }] });
});
afterAll(() => ollama.close());

interface Document {
  stages: Record<string, unknown>;
  seats: { id: string; calls: number; tokensIn: number; tokensOut: number; costUsd: number | null; problem: string | null }[];
  calls: number;
  tokens: { in: number };
  cost: { usd: number; unpriced: string[] };
  budget: Record<string, unknown>;
  left: { path: string }[];
}

/** A machine with a registry of its own. */
function machine() {
  const cwd = makeFolder();
  const env = { OLLAMA_HOST: ollama.url, AEGIS_MODELS_FILE: join(cwd, 'models.yml'), AEGIS_CACHE_DIR: join(cwd, 'cache') };
  const run = (...args: string[]) => runAegis(args, { cwd, env });
  const plan = (...args: string[]) => run('review', '--diff', EXAMPLE, '--plan', ...args);
  return { cwd, run, plan, json: async (...args: string[]) => JSON.parse((await plan('--format', 'json', ...args)).stdout) as Document };
}

describe('aegis review --plan', () => {
  it('says what the built-in detector would be asked, on an untouched machine, in 80 plain columns', async () => {
    const { plan } = machine();
    const ran = await plan();
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/^5 changed hunks in 1 chunk, about \d+ tokens of code\.$/m);
    expect(ran.stdout).toMatch(/^deep_scan\n {2}builtin\/patterns +\d+ +0 +0 +\$0\nin all/m);
    expect(ran.stdout).toMatch(/^consensus {3}union$/m);
    expect(ran.stdout).toMatch(/^budget {6}\$0\.50, 400,000 tokens, 15 minutes$/m);
    expect(ran.stdout).toMatch(/^Would not be reviewed:\n {2}README\.md: prose\nNothing was called\.\n$/m);
    for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(ran.stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('plans registered models by their roles, and calls none of them', async () => {
    const { run, json, plan } = machine();
    await run('models', 'register', 'ollama_local:small:1b', '--id', 'small', '--roles', 'triage,deep_scan');
    await run('models', 'register', 'ollama_local:large:7b', '--id', 'large', '--roles', 'deep_scan,judge,explain');
    const before = ollama.requests.length;
    const document = await json();
    expect(document.seats.map(({ id }) => id)).toEqual([
      'triage:small',
      'deep_scan:builtin/patterns',
      'deep_scan:small',
      'deep_scan:large',
      'judge:large',
      'explain:large',
    ]);
    expect(document.stages).toMatchObject({ triage: { seats: ['triage:small'] }, explain: { max: 10 } });
    for (const { id, calls, tokensIn, costUsd, problem } of document.seats) {
      expect([id, costUsd, problem]).toEqual([id, 0, null]);
      expect(calls).toBeGreaterThan(0);
      if (!id.includes('builtin')) expect(tokensIn).toBeGreaterThan(400);
    }
    expect(document.calls).toBe(document.seats.reduce((sum, { calls }) => sum + calls, 0));
    expect(document.cost).toEqual({ usd: 0, unpriced: [] });
    expect((await plan()).stdout).toContain('consensus   majority_vote: majority_vote, then judge');
    expect(ollama.requests.length).toBe(before);
  });

  it('says which key is missing, which price is not known, and what the budget cannot hold', async () => {
    const { cwd, plan, json } = machine();
    const priced = 'settings: { price: { input_per_million: 3, output_per_million: 15 } }';
    const at = `provider: openai_compatible, base_url: "${ollama.url}/v1"`;
    writeFiles(cwd, {
      '.aegis.yml': `models:
  - { id: known, ${at}, model: a, ${priced} }
  - { id: unknown, provider: openai_compatible, base_url: "https://models.example.com/v1", api_key: env:PATH, model: b }
  - { id: locked, ${at}, api_key: env:NOT_SET, model: c }
budget: { usd: 0.001, tokens: 100 }
`,
    });
    const ran = await plan();
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^ {2}known +1 +[\d,]+ +2,048 +\$0\.\d+$/m);
    expect(ran.stdout).toMatch(/^ {2}unknown +1 +[\d,]+ +2,048 +unknown$/m);
    expect(ran.stdout).toMatch(/^locked cannot be called\. .*NOT_SET/m);
    expect(ran.stdout).toMatch(/^Price unknown: unknown\. The money limit cannot hold what that costs\.$/m);
    expect(ran.stdout).toMatch(/^The budget may not hold all of this: up to \$0\.\d+ of \$0\.0010, and/m);
    const document = await json();
    expect(document.cost.unpriced).toEqual(['unknown', 'locked']);
    expect(document.budget).toMatchObject({ usd: 0.001, tokens: 100, mayExceed: ['usd', 'tokens'] });
  });

  it('follows --models and --strategy, and the operator holds the month', async () => {
    const { cwd } = machine();
    const env = { OLLAMA_HOST: ollama.url, AEGIS_MONTHLY_USD: '7.50', AEGIS_MODELS_FILE: join(cwd, 'models.yml') };
    const args = [
      'review',
      '--diff',
      EXAMPLE,
      '--plan',
      '--models',
      'ollama_local:small:1b,builtin/patterns',
      '--strategy',
      'majority_vote',
    ];
    const ran = await runAegis(args, { cwd, env });
    expect(ran.stdout).toMatch(/^consensus {3}majority_vote$/m);
    expect(ran.stdout).toMatch(/^budget .*; \$7\.50 a month for the\n? *repository$/m);
  });

  it('--dry-run is the same, and aegis scan has both', async () => {
    const cwd = makeRepository({ 'app.js': 'eval(process.argv[2]);\n' });
    const [plan, dry] = await Promise.all([
      runAegis(['scan', 'app.js', '--plan'], { cwd }),
      runAegis(['scan', 'app.js', '--dry-run'], { cwd }),
    ]);
    expect(plan.stdout).toContain('builtin/patterns');
    expect(dry).toEqual(plan);
  });

  it('--output writes the plan to a file', async () => {
    const { cwd, plan } = machine();
    const ran = await plan('--format', 'json', '--output', 'plan.json');
    expect([ran.code, ran.stdout]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8'))).toMatchObject({ schemaVersion: 1, chunks: 1 });
  });

  it.each([
    { name: 'a format of results', args: ['--format', 'sarif'], says: /a plan is not written as sarif\. Take --format pretty or json/ },
    { name: 'a strategy that needs a judge', args: ['--strategy', 'judge'], says: /--strategy judge needs a model with the role judge/ },
    {
      name: 'a strategy that nobody knows',
      args: ['--strategy', 'majority'],
      says: /Allowed choices are union, majority_vote, weighted_vote, judge/,
    },
    {
      name: 'a monthly limit in words',
      args: [],
      env: { AEGIS_MONTHLY_USD: 'much' },
      says: /AEGIS_MONTHLY_USD is not an amount of US dollars/,
    },
  ])('refuses $name in one sentence', async ({ args, says, env = {} }) => {
    const ran = await runAegis(['review', '--diff', EXAMPLE, '--plan', ...args], { env });
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(says);
  });

  it('tells every problem of a configuration with its place, and plans nothing', async () => {
    const { cwd, plan } = machine();
    writeFiles(cwd, { '.aegis.yml': 'pipeline: { deep_scan: {}, jugde: {} }\nconsensus: { steps: [{ vot: union }] }\n' });
    const ran = await plan();
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('1:28  pipeline.jugde: unknown key `jugde`; did you mean `judge`?');
    expect(ran.stderr).toContain('2:24  consensus.steps[0].vot: unknown key `vot`; did you mean `vote`?');
  });
});
