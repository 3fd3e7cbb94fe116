import { posix, resolve } from 'node:path';
import { InputError } from '#model/errors.ts';
import { SEVERITIES, type Severity } from '#model/severity.ts';

/** Every input of the Action, as `action.yml` and its guide describe them. */
export const INPUTS = {
  'github-token': {
    description: 'Token with which the pull request is read and comments are written.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's.
    default: '${{ github.token }}',
  },
  config: {
    description:
      'Configuration in the place of `.aegis.yml`, as a path in the repository. On a pull request it is read from the base branch.',
    default: '',
  },
  models: { description: 'Models in the place of those of the configuration: ids or `TYPE:NAME`, comma-separated.', default: '' },
  strategy: { description: 'How the models become one answer, in the place of `consensus.strategy`.', default: '' },
  'fail-on': {
    description: 'Severity from which the step fails, or `none`, in the place of `check.fail_on`.',
    default: '',
  },
  format: { description: 'Format of the report file, as of `aegis review --format`.', default: 'markdown' },
  'sarif-file': {
    description: 'Where the SARIF file is written, from `working-directory`. By default in the temporary folder of the job.',
    default: '',
  },
  comment: { description: '`false` posts no review and no summary on the pull request.', default: 'true' },
  'upload-sarif': {
    description:
      'Whether findings go to code scanning. `auto` does as the configuration says, by default where code scanning is to be had.',
    default: 'auto',
  },
  base: {
    description: 'Review the change from here in the checkout instead of what the event says. Not used on pull requests and merge groups.',
    default: '',
  },
  head: { description: 'Where that change ends; by default the commit of the event.', default: '' },
  'working-directory': { description: 'Folder of the checkout, from the workspace.', default: '.' },
} as const satisfies Readonly<Record<string, { readonly description: string; readonly default: string }>>;

/** Every output of the Action. */
export const OUTPUTS = {
  conclusion:
    '`passed`, `findings`, `incomplete` or `error`; `cancelled` where a newer head took the place of this one, `skipped` where there was nothing to review or the configuration leaves it out.',
  'findings-count': 'How many findings count.',
  'sarif-file': 'Path of the SARIF file.',
  'report-file': 'Path of the report, in the format that was asked for.',
  'cost-usd': 'What the models cost, US dollars, as far as prices are known.',
} as const;

export type OutputName = keyof typeof OUTPUTS;

export interface ActionInputs {
  /** Empty where none was given. */
  readonly token: string;
  readonly config: string | null;
  readonly models: readonly string[] | null;
  readonly strategy: string | null;
  readonly failOn: Severity | 'none' | null;
  readonly format: string;
  readonly sarifFile: string | null;
  readonly comment: boolean;
  readonly uploadSarif: boolean | 'auto';
  readonly base: string | null;
  readonly head: string | null;
  readonly workingDirectory: string;
}

/** What the inputs of this step may be: formats of reports and names of strategies. */
export interface InputChoices {
  readonly formats: readonly string[];
  readonly strategies: readonly string[];
}

/**
 * Reads the inputs as the runner hands them on: `INPUT_` and the name in capitals, spaces as `_`. An empty one is not
 * set. Throws `InputError` that names the input. https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
export function readInputs(variables: Readonly<Record<string, string | undefined>>, choices: InputChoices): ActionInputs {
  const read = (name: keyof typeof INPUTS) => variables[`INPUT_${name.toUpperCase()}`]?.trim() || null;
  const upload = oneOf('upload-sarif', ['auto', 'true', 'false'], read('upload-sarif')) ?? 'auto';
  return {
    token: read('github-token') ?? '',
    config: readPath(read('config')),
    models: readList(read('models')),
    strategy: oneOf('strategy', choices.strategies, read('strategy')),
    failOn: oneOf('fail-on', [...SEVERITIES, 'none'] as const, read('fail-on')),
    format: oneOf('format', choices.formats, read('format')) ?? INPUTS.format.default,
    sarifFile: read('sarif-file'),
    comment: (oneOf('comment', ['true', 'false'], read('comment')) ?? 'true') === 'true',
    uploadSarif: upload === 'auto' ? 'auto' : upload === 'true',
    base: read('base'),
    head: read('head'),
    workingDirectory: read('working-directory') ?? '.',
  };
}

/** `./ci/aegis.yml` as GitHub calls it. */
function readPath(path: string | null): string | null {
  return path === null ? null : posix.normalize(path);
}

function readList(text: string | null): string[] | null {
  const names = (text ?? '').split(/[,\n]/).flatMap((name) => name.trim() || []);
  return names.length === 0 ? null : names;
}

function oneOf<T extends string>(name: keyof typeof INPUTS, allowed: readonly T[], value: string | null): T | null {
  const found = allowed.find((one) => one === value);
  if (value !== null && found === undefined) {
    throw new InputError(`the input ${name} has an unknown value`, { hint: `Set it to ${allowed.join(', ')}.` });
  }
  return found ?? null;
}

/** The folder of the checkout that the inputs mean. */
export function folderOf(
  { workingDirectory }: Pick<ActionInputs, 'workingDirectory'>,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  return resolve(variables['GITHUB_WORKSPACE'] ?? '.', workingDirectory);
}
