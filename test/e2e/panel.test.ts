import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeOpenAi } from '../fakes/openai.ts';
import { type Question, reportLines, type SimulatedModel } from '../fakes/simulated-model.ts';
import { makeFolder, runAegis, writeFiles } from './run-aegis.ts';

/** Large enough for a chunk of its own. */
const padding = Array.from({ length: 110 }, (_, at) => `const value${at} = compute(${at}, 'some words that take room');`);
const LINES: Record<string, readonly string[]> = {
  'src/users.js': ["db.query('SELECT * FROM users WHERE id = ' + id);", ...padding],
  'src/shell.js': ['spawn(command, { shell: true });', ...padding],
  'src/plain.js': ['export const one = 1;', ...padding],
};
const DIFF = Object.entries(LINES)
  .map(
    ([path, lines]) =>
      `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`,
  )
  .join('');

interface Report {
  conclusion: string;
  reason: string;
  findings: {
    path: string;
    cwe: string | null;
    severity: string;
    explanation: string | null;
    fix: string | null;
    replacement?: { text: string };
    notes?: unknown[];
    models: { id: string; role: string; verdict: string; severity: string }[];
    votes?: { for: number; of: number };
  }[];
  models: {
    id: string;
    role: string;
    calls: number;
    cached: number;
    answered: number;
    skipped: number;
    tokensIn: number | null;
    costUsd: number | null;
  }[];
  coverage: Record<string, unknown>;
  consensus: { strategy: string; fellBack: boolean; judged?: Record<string, number> };
  triage?: { passedOver: number };
  spending?: { usd: number; tokens: number; exhausted: string };
}

async function serve(models: Record<string, SimulatedModel>) {
  const server = await startFakeOpenAi({ models });
  onTestFinished(() => server.close());
  return server;
}

/** Reviews the change by models of one server, each with its roles; `rest` is what else the file says. */
async function review(
  models: Record<string, { roles: readonly string[]; answer: SimulatedModel; more?: string }>,
  rest: string,
  over: { args?: readonly string[]; env?: Record<string, string>; cwd?: string; diff?: string; files?: Record<string, string> } = {},
) {
  const server = await serve(Object.fromEntries(Object.entries(models).map(([id, { answer }]) => [id, answer])));
  const cwd = over.cwd ?? makeFolder();
  const listed = Object.entries(models).map(
    ([id, { roles, more = '' }]) =>
      `  - { id: ${id}, provider: openai_compatible, model: ${id}, base_url: "${server.url}/v1", roles: [${roles.join(', ')}]${more} }`,
  );
  writeFiles(cwd, {
    '.aegis.yml': `models:\n${listed.join('\n')}\n${rest}`,
    ...Object.fromEntries(Object.entries(LINES).map(([path, lines]) => [path, `${lines.join('\n')}\n`])),
    ...over.files,
  });
  // In a repository, the files around a diff are known.
  execFileSync('git', ['init', '-q'], { cwd });
  const env = { XDG_CACHE_HOME: join(cwd, '.cache'), ...over.env };
  const ran = await runAegis(['review', '--diff', '-', '--format', 'json', '--fail-on', 'none', ...(over.args ?? [])], {
    cwd,
    env,
    stdin: over.diff ?? DIFF,
  });
  const calls = (model: string) => server.requests.filter((one) => one.body?.['model'] === model);
  return { ...ran, cwd, env, server, calls, report: () => JSON.parse(ran.stdout) as Report };
}

const none: SimulatedModel = () => [];
const sql = reportLines(/db\.query/);
const both = reportLines(/db\.query|spawn/);
const sorting =
  (pattern: RegExp): SimulatedModel =>
  ({ lines }) =>
    JSON.stringify({ suspicious: lines.some(({ code }) => pattern.test(code)), confidence: 0.9, reason: 'by its words' });

/** The claims as the judge is given them. */
function claimsOf({
  prompt,
}: Question): { id: string; path: string; cwe: string; severity: string; message: string; startLine: number; endLine: number }[] {
  for (const found of prompt.matchAll(/\[\s*\{[\s\S]*?\}\s*\]/g)) {
    const parsed = ((): unknown => {
      try {
        return JSON.parse(found[0]);
      } catch {
        return null;
      }
    })();
    if (Array.isArray(parsed) && parsed.every((one) => typeof one?.id === 'string')) return parsed;
  }
  return [];
}

const ruling =
  (verdict: string): SimulatedModel =>
  (question) =>
    JSON.stringify({
      verdicts: claimsOf(question).map(({ id }) => ({ id, verdict, confidence: 0.8, severity: 'low', reason: 'as the code shows' })),
    });

const scans = { roles: ['deep_scan'] };

describe('triage', () => {
  it('passes over what it calls safe, and the review says who looked at what', async () => {
    const { report, calls, code } = await review(
      { sorter: { roles: ['triage'], answer: sorting(/query|spawn/) }, reader: { ...scans, answer: sql } },
      'pipeline: { triage: {}, deep_scan: {} }\n',
    );
    expect(code).toBe(0);
    expect(report()).toMatchObject({ conclusion: 'findings', triage: { passedOver: 1 }, coverage: { hunks: 3, reviewed: 3 } });
    expect([calls('sorter').length, calls('reader').length]).toEqual([3, 2]);
  });

  it('that does not answer lets everything through, and is no gap in the review', async () => {
    const { report, calls } = await review(
      { sorter: { roles: ['triage'], answer: () => 'I would say it is fine.' }, reader: { ...scans, answer: none } },
      '',
    );
    expect(report().conclusion).toBe('passed');
    expect(report().triage).toBeUndefined();
    expect(calls('reader')).toHaveLength(3);
  });
});

describe('the judge', () => {
  const panel = (verdict: SimulatedModel) => ({
    one: { ...scans, answer: both },
    two: { ...scans, answer: sql },
    three: { ...scans, answer: sql },
    judge: { roles: ['judge'], answer: verdict },
  });

  it.each([
    { verdict: 'confirmed', paths: ['src/shell.js', 'src/users.js'] },
    { verdict: 'rejected', paths: ['src/users.js'] },
    { verdict: 'uncertain', paths: ['src/users.js'] },
  ])('hears what the models disagree about: $verdict', async ({ verdict, paths }) => {
    const { report, calls } = await review(panel(ruling(verdict)), '');
    expect(
      report()
        .findings.map(({ path }) => path)
        .toSorted(),
    ).toEqual(paths);
    expect(report().consensus).toMatchObject({ strategy: 'majority_vote', fellBack: false });
    expect(calls('judge')).toHaveLength(1);
  });

  it('decides about every claim under the strategy judge', async () => {
    const { report, calls } = await review(panel(ruling('rejected')), '', { args: ['--strategy', 'judge'] });
    expect(report()).toMatchObject({ conclusion: 'passed', findings: [], consensus: { strategy: 'judge', judged: { rejected: 2 } } });
    expect(calls('judge')).toHaveLength(2);
  });

  it('that cannot be read falls back, and says so', async () => {
    const { report } = await review(
      panel(() => 'They all look plausible to me.'),
      'consensus: { strategy: judge, fallback: majority_vote }\n',
    );
    expect(report()).toMatchObject({
      consensus: { strategy: 'judge', fellBack: true, fallback: 'majority_vote' },
      findings: [{ path: 'src/users.js' }],
    });
  });

  it('that nobody is registered for is a fault of the configuration', async () => {
    const { code, stderr } = await review({ one: { ...scans, answer: none } }, 'consensus: { strategy: judge }\n');
    expect(code).toBe(2);
    expect(stderr).toMatch(/judge/);
  });
});

describe('a cascade', () => {
  it('shows the strong model only what the cheap one flagged', async () => {
    const { report, calls } = await review(
      { cheap: { ...scans, answer: both }, strong: { ...scans, answer: sql } },
      'pipeline: { deep_scan: { tiers: [[cheap], [strong]] } }\nconsensus: { strategy: majority_vote }\n',
    );
    expect([calls('cheap').length, calls('strong').length]).toEqual([3, 2]);
    expect(report()).toMatchObject({ coverage: { reviewed: 3 }, findings: [{ path: 'src/users.js', votes: { for: 2, of: 2 } }] });
  });
});

describe('explaining', () => {
  const explaining =
    (replacement: string): SimulatedModel =>
    () =>
      JSON.stringify({ explanation: 'The id comes from outside and becomes SQL.', fix: 'Pass it as a parameter.', replacement });

  it('offers a replacement that applies, parses, and is reported no more', async () => {
    const safe = "db.query('SELECT * FROM users WHERE id = $1', [id]);";
    const { report } = await review(
      { reader: { ...scans, answer: reportLines(/db\.query.*\+/) }, writer: { roles: ['explain'], answer: explaining(safe) } },
      '',
    );
    expect(report().findings).toMatchObject([
      { explanation: 'The id comes from outside and becomes SQL.', fix: 'Pass it as a parameter.', replacement: { text: safe } },
    ]);
  });

  it.each([
    { name: 'does not parse', replacement: "db.query('SELECT', [id;" },
    { name: 'is reported again', replacement: "db.query('SELECT * FROM people WHERE id = ' + id);" },
  ])('offers none that $name', async ({ replacement }) => {
    const { report } = await review(
      { reader: { ...scans, answer: reportLines(/db\.query.*\+/) }, writer: { roles: ['explain'], answer: explaining(replacement) } },
      '',
    );
    expect(report().findings).toMatchObject([{ explanation: expect.any(String) }]);
    expect(report().findings[0]).not.toHaveProperty('replacement');
  });

  const UNSAFE = "db.query('SELECT * FROM users WHERE id = ' + req.query.id);";
  const byDetector = async (replacement: string, onDisk: string) =>
    await review({ writer: { roles: ['explain'], answer: explaining(replacement) } }, '', {
      diff: DIFF.replace(LINES['src/users.js']?.[0] ?? '', UNSAFE),
      files: { 'src/users.js': `${[onDisk, ...padding].join('\n')}\n` },
      args: ['--models', 'builtin/patterns,writer'],
    });
  const found = { cwe: 'CWE-89', explanation: expect.any(String), models: [{ id: 'builtin/patterns' }] };

  it('checks it with the detector that reported it', async () => {
    const safe = "db.query('SELECT * FROM users WHERE id = $1', [req.query.id]);";
    expect((await byDetector(safe, UNSAFE)).report().findings[0]).toMatchObject({ ...found, replacement: { text: safe } });
    const { report } = await byDetector("db.query('SELECT * FROM people WHERE id = ' + req.query.id);", UNSAFE);
    expect(report().findings[0]).toMatchObject(found);
    expect(report().findings[0]).not.toHaveProperty('replacement');
  });

  it('offers none where the file on disk is another one than the change has', async () => {
    const { report } = await byDetector("db.query('SELECT * FROM users WHERE id = $1', [req.query.id]);", 'other();');
    expect(report().findings[0]).toMatchObject(found);
    expect(report().findings[0]).not.toHaveProperty('replacement');
  });
});

describe('a custom role', () => {
  it('beside the deep scan has a vote; on findings it annotates', async () => {
    const { report } = await review(
      {
        reader: { ...scans, answer: sql },
        auditor: { roles: ['sql_audit'], answer: sql },
        owners: { roles: ['find_owner'], answer: () => '{"team": "accounts"}' },
      },
      'roles:\n  sql_audit: { prompt: "Look at queries alone.", schema: {}, on: chunks }\n  find_owner: { prompt: "Whose is it?", schema: { type: object, properties: { team: { type: string } }, required: [team] }, on: findings }\n',
    );
    expect(report().findings).toMatchObject([{ votes: { for: 2, of: 2 }, notes: [{ role: 'find_owner', note: { team: 'accounts' } }] }]);
  });
});

describe('a consensus of steps', () => {
  it('filters, votes, hears the judge and caps', async () => {
    const { report, calls } = await review(
      { one: { ...scans, answer: both }, two: { ...scans, answer: sql }, judge: { roles: ['judge'], answer: ruling('confirmed') } },
      'pipeline: { deep_scan: {}, judge: {} }\nconsensus:\n  steps:\n    - filter: { min_severity: medium }\n    - vote: majority_vote\n    - judge: { when: disagreement }\n    - cap: { findings: 1 }\n',
    );
    expect(report().findings).toHaveLength(1);
    expect(calls('judge')).toHaveLength(1);
  });

  it.each([
    { name: 'an unknown step', steps: '[{ filtre: { min_severity: low } }]', says: /filter/ },
    { name: 'a vote by nobody', steps: '[{ vote: everybody }]', says: /everybody/ },
    { name: 'two judges', steps: '[{ judge: {} }, { judge: {} }]', says: /judge/ },
  ])('of $name is refused with its place', async ({ steps, says }) => {
    const { code, stderr } = await review({ one: { ...scans, answer: none } }, `consensus: { steps: ${steps} }\n`);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });
});

describe('a budget', () => {
  it.each([
    { name: 'of tokens', budget: 'tokens: 7000', more: ', settings: { concurrency: 1, max_tokens: 500 }', says: /7,000 tokens/ },
    {
      name: 'of money',
      budget: 'usd: 0.02',
      more: ', settings: { concurrency: 1, max_tokens: 500, price: { input_per_million: 3, output_per_million: 3 } }',
      says: /\$0\.02/,
    },
  ])('$name that is spent ends in an incomplete review, with what it left', async ({ budget, more, says }) => {
    const { code, report, calls } = await review({ reader: { ...scans, answer: none, more } }, `budget: { ${budget} }\n`);
    expect(code).toBe(3);
    expect(report()).toMatchObject({
      conclusion: 'incomplete',
      reason: expect.stringMatching(says),
      spending: { exhausted: expect.stringMatching(says) },
    });
    expect(calls('reader').length).toBeGreaterThan(0);
    expect(calls('reader').length).toBeLessThan(3);
  });

  it('of minutes cuts what is in flight', async () => {
    const { code, report } = await review({ reader: { ...scans, answer: () => ({ kind: 'hang' }) } }, 'budget: { minutes: 0.02 }\n');
    expect(code).toBe(3);
    expect(report().reason).toMatch(/minutes|seconds/);
  });
});

describe('the same push again', () => {
  it('calls no model, whatever the roles', async () => {
    const cwd = makeFolder();
    const panel = {
      sorter: { roles: ['triage'], answer: sorting(/query|spawn/) },
      one: { ...scans, answer: both },
      two: { ...scans, answer: sql },
      judge: { roles: ['judge'], answer: ruling('confirmed') },
      writer: { roles: ['explain'], answer: () => '{"explanation": "So it is.", "fix": "Do not.", "replacement": null}' },
    } satisfies Parameters<typeof review>[0];
    const first = await review(panel, '', { cwd });
    const asked = first.server.requests.length;
    const again = await runAegis(['review', '--diff', '-', '--format', 'json', '--fail-on', 'none'], { cwd, env: first.env, stdin: DIFF });
    expect(first.server.requests.slice(asked)).toEqual([]);
    expect((JSON.parse(again.stdout) as Report).findings).toEqual(first.report().findings);
    expect((JSON.parse(again.stdout) as Report).models.every(({ calls, cached }) => calls === cached)).toBe(true);
  });
});

describe('a model that needs a definition', () => {
  it('is given it from the repository, and asked again', async () => {
    const cwd = makeFolder();
    writeFiles(cwd, { 'src/lib.js': 'export function clean(text) {\n  return text;\n}\n' });
    const seen: string[] = [];
    const curious: SimulatedModel = ({ prompt, lines }) => {
      seen.push(prompt);
      if (!prompt.includes('return text;')) return JSON.stringify({ findings: [], needs: ['clean'] });
      return lines
        .filter(({ added, code }) => added && code.includes('clean('))
        .map(({ line, code }) => ({ startLine: line, evidence: code, cwe: 'CWE-89' }));
    };
    const diff =
      'diff --git a/src/users.js b/src/users.js\nnew file mode 100644\n--- /dev/null\n+++ b/src/users.js\n@@ -0,0 +1,2 @@\n+import { clean } from "./lib.js";\n+db.query(clean(id));\n';
    execFileSync('git', ['init', '-q'], { cwd });
    execFileSync('git', ['add', '-A'], { cwd });
    const { report } = await review({ reader: { ...scans, answer: curious } }, '', { cwd, diff });
    expect(seen.length).toBeGreaterThan(1);
    expect(report()).toMatchObject({ conclusion: 'findings', findings: [{ path: 'src/users.js' }], models: [{ calls: 2 }] });
  });
});
