import { z } from 'zod';
import { InputError } from '#model/errors.ts';
import type { ProviderEnv } from '#ports/provider.ts';

/** Variables that hold Aegis' own keys, or keys to a repository: no program of a review is given them. */
const REFUSED =
  /^(AEGIS_\w*|(GH|GITHUB)_(\w*_)?TOKEN|GITHUB_PAT|GIT_ASKPASS|ACTIONS_(RUNTIME|ID_TOKEN_REQUEST)_TOKEN|INPUT_\w*TOKEN|PRIVATE_KEY|WEBHOOK_SECRET|DATABASE_URL)$/i;

const refused = (name: string) => REFUSED.test(name.replace(/^env:/, ''));

/** `settings.env`: what a program's environment holds beside the paths of the system. */
export const environmentSchema = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is no name of a variable' }),
    // A stored key is bound to hosts, and nobody knows where a program sends it.
    z
      .string()
      .regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must name where the value is, as env:NAME; a stored key is for servers only' }),
  )
  .refine((env) => !Object.entries(env).flat().some(refused), {
    error: 'may hold no key to the repository, the database or Aegis itself: those are never handed to a program',
  })
  .meta({ description: 'Variables of the program, each with where its value is: { SEMGREP_APP_TOKEN: env:SEMGREP_APP_TOKEN }.' });

/** A program's whole environment, and the values in it that no message may show. */
export interface ChildEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
}

/**
 * Where programs are, and what the entry names: nothing else. Throws `InputError` where a named value is not set. The
 * locale is fixed: messages are then the same everywhere, and names of files that are not ASCII can be opened. With
 * `PYTHONSAFEPATH` a Python program does not import modules from where it stands.
 */
export function childEnvironment(
  named: Readonly<Record<string, string>>,
  modelId: string,
  env: Pick<ProviderEnv, 'childVariables' | 'secret'>,
): ChildEnvironment {
  const values = Object.entries(named).map(([name, reference]) => {
    const value = env.secret(reference) ?? '';
    if (value !== '') return [name, value] as const;
    throw new InputError(`The model ${modelId} needs ${reference.replace(/^env:/, '')}, which is not set`, {
      hint: `Set it, or take ${name} out of its env.`,
    });
  });
  const fixed = { LC_ALL: 'C.UTF-8', NO_COLOR: '1', PYTHONSAFEPATH: '1', PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' };
  return { variables: { ...env.childVariables, ...fixed, ...Object.fromEntries(values) }, keys: values.map(([, value]) => value) };
}
