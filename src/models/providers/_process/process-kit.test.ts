import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childEnvironment, environmentSchema } from './child-environment.ts';
import { findArgv } from './find-argv.ts';
import { quoteProgram } from './quote-program.ts';
import { inScratchFolder } from './scratch-folder.ts';

describe('a scratch folder', () => {
  it('holds the files, is its owner’s alone, and is gone afterwards', async () => {
    const files = new Map([
      ['files/a b/ü.py', 'text'],
      ['own/x', ''],
      ['home/', ''],
    ]);
    let seen = '';
    await inScratchFolder(files, async (folder) => {
      seen = folder;
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(folder, 'files', 'a b')).mode & 0o777).toBe(0o700);
      expect(readFileSync(join(folder, 'files/a b/ü.py'), 'utf8')).toBe('text');
      expect(readdirSync(folder).sort()).toEqual(['files', 'home', 'own']);
    });
    expect(existsSync(seen)).toBe(false);
  });

  it('is gone after a failure, too', async () => {
    let seen = '';
    const failing = inScratchFolder(new Map(), async (folder) => {
      seen = folder;
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(seen).not.toBe('');
    expect(existsSync(seen)).toBe(false);
  });
});

describe('the environment of a program', () => {
  const env = { childVariables: { PATH: '/bin', LC_ALL: 'de_DE' }, secret: (name: string) => (name === 'env:MY_KEY' ? 'k' : undefined) };

  it('is where programs are, what makes them answer the same everywhere, and what is named', () => {
    const { variables, keys } = childEnvironment({ TOOL_KEY: 'env:MY_KEY' }, 'm', env);
    expect(variables).toMatchObject({ PATH: '/bin', TOOL_KEY: 'k', LC_ALL: 'C.UTF-8', PYTHONSAFEPATH: '1' });
    expect(keys).toEqual(['k']);
  });

  it('lacks a value that is not set: the error names it', () => {
    expect(() => childEnvironment({ A: 'env:OTHER' }, 'm', env)).toThrow('The model m needs OTHER, which is not set');
  });

  it.each([
    { GITHUB_TOKEN: 'env:MY_KEY' },
    { KEY: 'env:GITHUB_TOKEN' },
    { KEY: 'env:GH_TOKEN' },
    { KEY: 'env:gh_enterprise_token' },
    { PRIVATE_KEY: 'env:X' },
    { KEY: 'secret:WEBHOOK_SECRET' },
    { KEY: 'env:DATABASE_URL' },
    { KEY: 'env:AEGIS_SECRET_KEY' },
    { KEY: 'env:ACTIONS_ID_TOKEN_REQUEST_TOKEN' },
    { KEY: 'sk-the-key-itself' },
    { KEY: 'secret:NAME' },
    { 'A=B': 'env:X' },
  ])('may not be %j', (named) => expect(environmentSchema.safeParse(named).success).toBe(false));

  it('may be a model’s own key', () => {
    expect(environmentSchema.safeParse({ ANTHROPIC_API_KEY: 'env:ANTHROPIC_API_KEY' }).success).toBe(true);
  });
});

describe('a command', () => {
  const fillings = { files: ['files/a', 'files/b c'], folder: 'files', base: '/home/me' };
  it.each([
    { name: 'one argument for each file', command: ['x', '{files}'], argv: ['x', 'files/a', 'files/b c'] },
    { name: 'a placeholder within a word', command: ['x', '--in={folder}', '{base}/r.yml'], argv: ['x', '--in=files', '/home/me/r.yml'] },
    { name: 'a word that is no placeholder of ours', command: ['x', '{other}', '$y'], argv: ['x', '{other}', '$y'] },
    { name: 'a program by its path', command: ['./scan.sh'], argv: ['/base/scan.sh'] },
    { name: 'a program by an absolute path', command: ['/opt/scan'], argv: ['/opt/scan'] },
  ])('may have $name', ({ command, argv }) => expect(findArgv(command, fillings, '/base')).toEqual(argv));
});

describe('what is quoted of a program', () => {
  const source = 'const password = "correct horse battery";';
  it.each([
    { name: 'its last words', said: 'Traceback\n  File "x"\nValueError: no rules\n\n', quote: ': “ValueError: no rules”' },
    { name: 'no escapes of a terminal', said: '\u001b[31mbad\u001b[0m \u001b]0;title\u0007luck\0', quote: ': “bad luck”' },
    { name: 'not the mark of a logger', said: '[main] ERROR no file', quote: ': “ERROR no file”' },
    { name: 'nothing of the code that it was shown', said: 'SyntaxError near password = "correct', quote: '' },
    { name: 'nothing of its key', said: 'bad key sk-123456789', quote: '' },
    { name: 'nothing where it said nothing', said: '\n---\n', quote: '' },
  ])('is $name', ({ said, quote }) => expect(quoteProgram(said, [source], ['sk-123456789'])).toBe(quote));
});
