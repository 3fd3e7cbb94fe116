import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { runCommand } from '../../test/fakes/run-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-commands-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[]) => runCommand(folder, args);
const write = (text: string, name = '.aegis.yml') => writeFileSync(join(folder, name), text);

describe('aegis config validate', () => {
  it('says ok, what the configuration comes to, and its warnings', async () => {
    write('preset: quiet\n');
    expect(await run(['config', 'validate'])).toEqual({
      out: 'warning: .aegis.yml:1:1 preset: has no effect in this version\n.aegis.yml: ok (builtin/patterns by union)\n',
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
});
