import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '#config/read-config.ts';
import { resolvePlan } from '#config/resolve-plan.ts';
import { InputError } from '#model/errors.ts';
import { registry } from '#registry.ts';
import { BUILTIN, entry, planSource } from '../../test/fakes/known-parts.ts';
import { type InitDeps, registerInit } from './init.ts';

const KNOWN = { ...registry, strategies: registry.strategies.map(({ id }) => id) };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A repository with these files, all empty. */
function makeRepository(...files: readonly string[]): void {
  execFileSync('git', ['init', '--quiet', folder]);
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
}

interface World {
  readonly ollama?: readonly { readonly name: string; readonly family?: string; readonly sizeBytes?: number }[];
  /** `broken`: they cannot be read. */
  readonly registered?: readonly string[] | 'broken';
  readonly variables?: readonly string[];
}

async function init(args: readonly string[] = [], { ollama, registered = [], variables = [] }: World = {}) {
  let out = '';
  const deps = {
    io: {
      out: (text: string) => {
        out += text;
      },
    },
    cwd: folder,
    signal: new AbortController().signal,
    isSet: (name: string) => variables.includes(name),
    discover: async () => {
      if (ollama === undefined) throw new Error('connection refused');
      return ollama;
    },
    openDesk: async () => {
      if (registered === 'broken') throw new InputError('models.yml has 1 problem', { hint: 'Mend it.' });
      const list = async () => [BUILTIN, ...registered.map((id) => entry(id))];
      return { registry: { list }, close: async () => undefined };
    },
    exit: () => undefined,
  };
  const program = new Command('aegis').exitOverride().configureOutput({ writeErr: () => undefined });
  registerInit(program, deps as unknown as InitDeps);
  for (const command of program.commands) command.copyInheritedSettings(program);
  await program.parseAsync(['init', ...args], { from: 'user' });
  return { out, text: readFileSync(join(folder, '.aegis.yml'), 'utf8') };
}

/** What a file comes to on the machine on which it was written. Throws for a problem. */
function resolve(text: string) {
  const { config } = readConfig(text, '.aegis.yml', KNOWN);
  const fromReference = (reference: string) => entry(reference, { model_type: reference.split(':')[0] ?? '' });
  return { values: config.values, ...resolvePlan(config, {}, planSource({ registered: [BUILTIN, entry('mine')], fromReference })) };
}

/** The same with every example in force. */
function uncomment(text: string): string {
  return text.replaceAll(/^#(?=\w| {2})/gm, '');
}

const CODE = ['src/a.ts', 'src/b.ts', 'lib/c.py', 'README.md'];

describe('aegis init', () => {
  const worlds: { name: string; files: readonly string[]; args?: readonly string[]; world?: World }[] = [
    { name: 'nothing at all', files: [] },
    { name: 'a repository of programs', files: CODE },
    { name: 'folders of every kind', files: [...CODE, 'docs/a.md', 'docs/conf.py', 'test/fixtures/bad.js', 'vendor/x.go', 'web/doc/a.md'] },
    { name: 'a running Ollama', files: CODE, world: { ollama: [{ name: 'qwen2.5-coder:7b' }, { name: 'llama3.1:8b' }] } },
    { name: 'an Ollama and workflows', files: [...CODE, '.github/workflows/ci.yml'], world: { ollama: [{ name: 'llama3.1:8b' }] } },
    { name: 'keys of services', files: CODE, world: { variables: ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY'] } },
    { name: 'registered models and a preset', files: CODE, args: ['--preset', 'quiet'], world: { registered: ['mine'] } },
    {
      name: 'everything',
      files: [...CODE, 'docs/a.md', '.github/workflows/ci.yaml'],
      world: { ollama: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }], registered: ['mine'], variables: ['OPENAI_API_KEY'] },
    },
  ];

  it.each(worlds)('what it writes for $name validates without a warning', async ({ files, args, world }) => {
    makeRepository(...files);
    const { text } = await init(args, world);
    expect(resolve(text).warnings).toEqual([]);
  });

  it.each(worlds)('its examples for $name validate, too', async ({ files, args, world }) => {
    makeRepository(...files);
    const { values } = resolve(uncomment((await init(args, world)).text));
    expect(values).toMatchObject({ skip: { labels: ['no-review'] }, overrides: [{ fail_on: 'medium' }] });
  });

  it('works where there is no repository', async () => {
    const { out } = await init();
    expect(out).toMatch(/languages +not counted/);
  });

  it('lists the models of an Ollama on this machine, those for code first, none that only embeds', async () => {
    makeRepository(...CODE);
    const ollama = [
      { name: 'llama3.1:70b', sizeBytes: 40e9 },
      { name: 'nomic-embed-text:latest', sizeBytes: 1e9 },
      { name: 'qwen2.5-coder:7b', sizeBytes: 5e9 },
      { name: 'all-minilm:latest', family: 'bert' },
    ];
    const { values } = resolve((await init([], { ollama })).text);
    expect(values.models).toEqual(['builtin/patterns', 'ollama_local:qwen2.5-coder:7b', 'ollama_local:llama3.1:70b']);
  });

  it('leaves them commented out where workflows would not reach them', async () => {
    makeRepository(...CODE, '.github/workflows/ci.yml');
    const { text, out } = await init([], { ollama: [{ name: 'llama3.1:8b' }] });
    expect(resolve(text).values.models).toEqual([]);
    expect(text).toContain('#  - "ollama_local:llama3.1:8b"');
    expect(out).toMatch(/GitHub +yes, with 1 workflow/);
  });

  it('leaves folders without programs out, and says which have some', async () => {
    makeRepository(...CODE, 'docs/a.md', 'site/documentation/conf.py', 'vendor/x.go');
    const { text, out } = await init();
    expect(resolve(text).values.paths.exclude).toEqual(['docs/**']);
    expect(text).toContain('#    - "site/documentation/**" # documentation, with 1 file of code');
    expect(text).not.toContain('vendor/');
    expect(out).toMatch(/folders +docs \(documentation\)/);
  });

  it('a folder with a name that is no plain word is left alone', async () => {
    makeRepository('a\n- x/docs/a.md', '"/docs/b.md');
    expect(resolve((await init()).text).values.paths.exclude).toEqual([]);
  });

  it('takes the preset that is named', async () => {
    expect(resolve((await init(['--preset', 'thorough'])).text).values.preset).toBe('thorough');
    await expect(init(['--preset', 'loud', '--force'])).rejects.toThrow('Allowed choices are quiet, balanced, thorough');
  });

  it('a registry that cannot be read is said to be so, and stops nothing', async () => {
    const { out } = await init([], { registered: 'broken' });
    expect(out).toMatch(/registered +cannot be read: models.yml has 1 problem/);
  });

  it('never writes over a file, unless it is told to', async () => {
    writeFileSync(join(folder, '.aegis.yml'), 'version: 1 # mine\n');
    await expect(init()).rejects.toThrow(InputError);
    await expect(init()).rejects.toThrow('.aegis.yml is there already');
    expect(readFileSync(join(folder, '.aegis.yml'), 'utf8')).toBe('version: 1 # mine\n');
    expect((await init(['--force'])).text).toContain('# Configuration of Aegis.');
  });

  it('never writes through a symbolic link', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'keep\n');
    symlinkSync(other, join(folder, '.aegis.yml'));
    await expect(init()).rejects.toThrow('is there already');
    await init(['--force']);
    expect(readFileSync(other, 'utf8')).toBe('keep\n');
  });

  it('refuses a folder in the place of the file', async () => {
    mkdirSync(join(folder, '.aegis.yml'));
    await expect(init(['--force'])).rejects.toThrow('cannot be written');
  });
});
