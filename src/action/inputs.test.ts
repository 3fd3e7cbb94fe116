import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { folderOf, readInputs } from './inputs.ts';

const CHOICES = { formats: ['markdown', 'json'], strategies: ['union', 'judge'] };

describe('readInputs', () => {
  it('empty inputs are the defaults of action.yml', () =>
    expect(readInputs({ INPUT_MODELS: '', INPUT_COMMENT: ' ' }, CHOICES)).toEqual({
      ...{ token: '', config: null, models: null, strategy: null, failOn: null, format: 'markdown', sarifFile: null },
      ...{ comment: true, uploadSarif: 'auto', base: null, head: null, workingDirectory: '.' },
    }));

  it('names keep their dashes; models stand in a list or on lines of their own', () =>
    expect(
      readInputs(
        { 'INPUT_GITHUB-TOKEN': 't', INPUT_MODELS: 'a, ollama_local:b:7b\nc\n', 'INPUT_UPLOAD-SARIF': 'false', INPUT_COMMENT: 'false' },
        CHOICES,
      ),
    ).toMatchObject({ token: 't', models: ['a', 'ollama_local:b:7b', 'c'], uploadSarif: false, comment: false }));

  it.each([
    { name: 'fail-on', variables: { 'INPUT_FAIL-ON': 'hgih' } },
    { name: 'format', variables: { INPUT_FORMAT: 'html' } },
    { name: 'strategy', variables: { INPUT_STRATEGY: 'dice' } },
    { name: 'comment', variables: { INPUT_COMMENT: 'no' } },
    { name: 'upload-sarif', variables: { 'INPUT_UPLOAD-SARIF': 'perhaps' } },
  ])('refuses an unknown value of $name, and names what there is', ({ name, variables }) => {
    const read = () => readInputs(variables, CHOICES);
    expect(read).toThrow(InputError);
    expect(read).toThrow(`the input ${name} has an unknown value`);
  });

  it('the folder begins at the workspace', () =>
    expect(folderOf({ workingDirectory: 'app' }, { GITHUB_WORKSPACE: '/home/runner/shop' })).toBe('/home/runner/shop/app'));
});
