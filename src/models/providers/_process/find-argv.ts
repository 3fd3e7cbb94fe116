import { isAbsolute, resolve } from 'node:path';

/** What stands for a placeholder: one argument, or several where the placeholder is an argument of its own. */
export type Fillings = Readonly<Record<string, string | readonly string[]>>;

/**
 * A command of the user's as an argument vector: `{name}` is filled in, and a program given by a path (`./scan.sh`)
 * begins where relative paths of the entry begin.
 */
export function findArgv(command: readonly string[], fillings: Fillings, baseFolder: string): readonly string[] {
  const [program = '', ...args] = command.flatMap((word) => {
    const whole = /^\{(\w+)\}$/.exec(word)?.[1];
    const list = whole === undefined ? undefined : fillings[whole];
    if (list !== undefined && typeof list !== 'string') return list;
    return word.replace(/\{(\w+)\}/g, (found, name: string) => {
      const filling = fillings[name];
      return filling === undefined ? found : typeof filling === 'string' ? filling : filling.join(' ');
    });
  });
  return [/[/\\]/.test(program) && !isAbsolute(program) ? resolve(baseFolder, program) : program, ...args];
}
