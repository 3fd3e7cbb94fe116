import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Environment } from '#config/env.ts';
import { InputError } from '#model/errors.ts';
import type { Plan } from '#model/plan.ts';

interface Guarded {
  readonly workspace: string;
  /** The change is read over the API: the checkout, where there is one, holds files that its author chose. */
  readonly overApi: boolean;
}

/** Folders and files of the environment as whole paths. Throws `InputError` for one that the author of the change could write. */
export function guardEnvironment(env: Environment, { workspace, overApi }: Guarded): Environment {
  const guard = (name: string, path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    const full = resolve(workspace, path);
    if (!overApi || !isInside(full, workspace)) return full;
    throw new InputError(`${name} lies in the checkout, where the change could put what it likes`, {
      hint: 'Name a place outside of the workspace, such as one below `runner.temp`.',
    });
  };
  return {
    ...env,
    modelsFile: guard('AEGIS_MODELS_FILE', env.modelsFile),
    cacheDir: guard('AEGIS_CACHE_DIR', env.cacheDir),
    runtimesDir: guard('AEGIS_RUNTIMES_DIR', env.runtimesDir),
    // Where those are that no variable of Aegis names. What is not used may lie where it likes.
    xdgConfigHome: env.modelsFile === undefined ? guard('XDG_CONFIG_HOME', env.xdgConfigHome) : env.xdgConfigHome,
    xdgCacheHome: env.cacheDir === undefined ? guard('XDG_CACHE_HOME', env.xdgCacheHome) : env.xdgCacheHome,
  };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * Modules of the repository are not run on a pull request: the checkout holds those of the change. Throws `InputError`
 * that names the first one.
 */
export function refuseOwnCode({ seats, reserves }: Pick<Plan, 'seats' | 'reserves'>): void {
  for (const { model } of [...seats, ...reserves]) {
    const modules = [model.model_type === 'plugin' ? model.model_name : '', model.parser_id.includes('#') ? model.parser_id : ''];
    const own = modules.find((reference) => reference.startsWith('.') || isAbsolute(reference));
    if (own === undefined) continue;
    throw new InputError(`the model ${model.model_id} needs ${own}, and modules of the repository are not run on a pull request`, {
      hint: 'The checkout holds those of the change. Install the module as a package, or leave the model out with the input models.',
    });
  }
}
