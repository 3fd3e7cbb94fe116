import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The guards are guarded: an architecture check that reads no modules, or a rule whose expression matches nothing, is
 * green for ever. Faults are planted in a copy of the sources, and each has to be caught by the rule that is meant for it.
 */
const PROJECT = resolve('.');
const copy = mkdtempSync(join(tmpdir(), 'aegis-planted-'));

const IMPORTS: readonly { file: string; text: string; rule: string }[] = [
  {
    file: 'src/models/parsers/planted-sibling.ts',
    text: `export { jsonFindings } from './json-findings.ts';`,
    rule: 'plugins-are-strangers',
  },
  {
    file: 'src/report/planted-sql.ts',
    text: `import { sql } from 'drizzle-orm';\nexport const planted = sql;`,
    rule: 'fence:drizzle-orm|postgres|@electric-sql',
  },
  {
    file: 'src/jobs/planted-octokit.ts',
    text: `import { Probot } from 'probot';\nexport const planted = Probot;`,
    rule: 'fence:probot|@octokit|octokit',
  },
  {
    file: 'src/detector/planted-native.ts',
    text: `import { parse } from '@ast-grep/napi';\nexport const planted = parse;`,
    rule: 'fence:@ast-grep',
  },
  {
    file: 'src/jobs/planted-vendor.ts',
    text: `import OpenAI from 'openai';\nexport const planted = OpenAI;`,
    rule: 'fence:openai|ollama|@anthropic-ai|@google/genai|replicate|@huggingface/inference|@huggingface/transformers|node-llama-cpp',
  },
  {
    file: 'src/jobs/planted-door.ts',
    text: `import { buildIt } from '../cli.ts';\nexport const planted = buildIt;`,
    rule: 'doors-open-inward',
  },
  {
    file: 'src/chunks/planted-core.ts',
    text: `import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;`,
    rule: 'pure-core',
  },
  { file: 'src/select/planted-npm.ts', text: `import { retry } from 'cockatiel';\nexport const planted = retry;`, rule: 'pure-npm' },
  {
    file: 'src/diff/planted-layer.ts',
    text: `import { readConfig } from '#config/read-config.ts';\nexport const planted = readConfig;`,
    rule: 'layer:diff',
  },
  {
    file: 'src/model/planted-type.ts',
    text: `import type { AegisConfig } from '#config/schema.ts';\nexport type Planted = AegisConfig;`,
    rule: 'layer:model',
  },
  {
    file: 'src/pipeline/planted-plugin.ts',
    text: `import { union } from '#consensus/strategies/union.ts';\nexport const planted = union;`,
    rule: 'layer:pipeline',
  },
  {
    file: 'src/lib/planted-circle.ts',
    text: `import { other } from './planted-other.ts';\nexport const planted = () => other;`,
    rule: 'no-circular',
  },
  { file: 'src/lib/planted-orphan.ts', text: `export const planted = 1;`, rule: 'no-orphans' },
  {
    file: 'src/brand-new/planted-folder.ts',
    text: `import { SEVERITIES } from '#model/severity.ts';\nexport const planted = SEVERITIES;`,
    rule: 'every-layer-is-listed',
  },
];

/** The other half of the planted circle. */
const OTHER = {
  file: 'src/lib/planted-other.ts',
  text: `import { planted } from './planted-circle.ts';\nexport const other = () => planted;`,
};

/** Added to a door, which may import almost anything. */
const DOOR = { file: 'src/server.ts', text: `\nexport { createStore } from './storage/store.ts';\n`, rule: 'only-compose-knows-parts' };

const HABITS: readonly { file: string; text: string; rule: string }[] = [
  { file: 'src/consensus/planted-clock.ts', text: 'export const planted = () => new Date();', rule: 'lint/style/noRestrictedGlobals' },
  {
    file: 'src/report/planted-network.ts',
    text: `export const planted = () => fetch('https://example.com');`,
    rule: 'lint/style/noRestrictedGlobals',
  },
  { file: 'src/jobs/planted-environment.ts', text: `export const planted = process.env['HOME'];`, rule: 'lint/style/noProcessEnv' },
  { file: 'src/jobs/planted-console.ts', text: `export const planted = () => console.log('x');`, rule: 'lint/suspicious/noConsole' },
  { file: 'src/jobs/planted-default.ts', text: 'export default 1;', rule: 'lint/style/noDefaultExport' },
  { file: 'src/jobs/plantedName.ts', text: 'export const planted = 1;', rule: 'lint/style/useFilenamingConvention' },
  { file: 'src/jobs/planted-any.ts', text: 'export const planted: any = 1;', rule: 'lint/suspicious/noExplicitAny' },
];

const TYPES = [
  { name: 'missing-element', text: 'export const planted = (list: string[]): string => list[0];', code: 'TS2322' },
  { name: 'enumeration', text: 'export enum Planted { One }', code: 'TS1294' },
  { name: 'undefined-key', text: 'export const planted: { key?: string } = { key: undefined };', code: 'TS2375' },
] as const;

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] };
}

function cruise(): Cruise {
  const tool = join(PROJECT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [tool, 'src', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Cruise;
}

function plant({ file, text }: { file: string; text: string }): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), `${text}\n`);
}

beforeAll(() => {
  for (const part of ['src', 'package.json', 'tsconfig.json', 'biome.json', '.dependency-cruiser.mjs'])
    cpSync(part, join(copy, part), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true }));

describe('the architecture check', () => {
  it('reads all modules, and finds nothing in the sources as they are', () => {
    const { modules, summary } = cruise();
    expect(modules.filter(({ source }) => source.startsWith('src/')).length).toBeGreaterThan(100);
    expect(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`)).toEqual([]);
  }, 120_000);

  it('catches every planted fault by its rule', () => {
    for (const fault of [...IMPORTS, OTHER]) plant(fault);
    appendFileSync(join(copy, DOOR.file), DOOR.text);
    const caught = cruise().summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
    expect(caught).toEqual(expect.arrayContaining([...IMPORTS, DOOR].map(({ file, rule }) => `${rule}: ${file}`)));
  }, 120_000);
});

describe('the linter', () => {
  it('catches every planted habit by its rule', () => {
    for (const fault of HABITS) plant(fault);
    const tool = join(PROJECT, 'node_modules/.bin/biome');
    for (const { file, rule } of HABITS) {
      const { status, stderr, stdout } = spawnSync(tool, ['lint', '--error-on-warnings', '--colors=off', file], {
        cwd: copy,
        encoding: 'utf8',
      });
      expect(`${stdout}${stderr}`, file).toContain(rule);
      expect(status, file).not.toBe(0);
    }
  }, 120_000);
});

describe('the compiler', () => {
  it('refuses every planted fault', () => {
    for (const { name, text } of TYPES) plant({ file: `planted/${name}.ts`, text });
    writeFileSync(join(copy, 'tsconfig.planted.json'), JSON.stringify({ extends: './tsconfig.json', include: ['planted'] }));
    const tool = join(PROJECT, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tool, '-p', 'tsconfig.planted.json', '--pretty', 'false'], {
      cwd: copy,
      encoding: 'utf8',
    });
    for (const { name, code } of TYPES) expect(stdout).toMatch(new RegExp(`planted/${name}\\.ts.*${code}`));
  }, 60_000);
});
