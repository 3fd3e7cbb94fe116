import { VARIABLES } from '#config/variables.ts';
import { code, page, table } from './markdown.ts';

/** Every environment variable that Aegis reads. */
export function environmentPage(): string {
  const groups = [...new Set(Object.values(VARIABLES).map(({ group }) => group))].toSorted();
  return page(
    '# Environment variables',
    'An empty variable counts as not set. Keys of models are read from the variables that a configuration names (`api_key: env:NAME`).',
    ...groups.flatMap((group) => [
      `## ${group}`,
      table(
        ['variable', 'default', 'meaning'],
        Object.entries(VARIABLES)
          .filter(([, variable]) => variable.group === group)
          .map(([name, variable]) => [code(name), variable.default, variable.description]),
      ),
    ]),
  );
}
