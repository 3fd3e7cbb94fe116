import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolve as resolveModule } from 'import-meta-resolve';
import { InputError } from '#model/errors.ts';

/**
 * What a module of the user's exports under a name: `./plugin.mjs#scanner`, `package#scanner`. A path begins at
 * `baseFolder`, and a package is looked for from there. The module runs when it is loaded. Throws `InputError` that
 * says which part of the reference does not hold.
 */
export async function loadExport(reference: string, baseFolder: string): Promise<unknown> {
  const at = reference.lastIndexOf('#');
  const [specifier, name] = [reference.slice(0, at), reference.slice(at + 1)];
  if (at < 1 || name === '') {
    throw new InputError(`${reference} names no export of a module`, { hint: 'Write module#export, as in ./plugin.mjs#scanner.' });
  }
  const module = await load(specifier, baseFolder);
  if (Object.hasOwn(module, name)) return module[name];
  const names = Object.keys(module).filter((one) => one !== 'default');
  throw new InputError(`the module ${specifier} exports no ${name}`, {
    hint: names.length === 0 ? 'It exports nothing by name.' : `It exports ${names.join(', ')}.`,
  });
}

async function load(specifier: string, baseFolder: string): Promise<Record<string, unknown>> {
  const isPath = specifier.startsWith('.') || isAbsolute(specifier);
  try {
    const url = isPath
      ? pathToFileURL(resolve(baseFolder, specifier)).href
      : resolveModule(specifier, pathToFileURL(resolve(baseFolder, 'package.json')).href);
    return (await import(url)) as Record<string, unknown>;
  } catch (cause) {
    const missing = /^ERR_(MODULE_NOT_FOUND|UNSUPPORTED_DIR_IMPORT)$/.test(String((cause as NodeJS.ErrnoException).code));
    const why = missing ? 'is not there' : `cannot be loaded: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)}`;
    throw new InputError(`the module ${specifier} ${why}`, {
      hint: isPath ? `Its path begins at ${baseFolder}.` : `Install it where ${baseFolder} can find it, or give a path.`,
      cause,
    });
  }
}
