import { registry } from '#registry.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';
import { code, page, table } from './markdown.ts';

/** What is registered: providers with their settings, parsers, strategies, formats. */
export function modelsPage(): string {
  return page(
    '# Models, parsers, strategies and formats',
    'Everything here is one file and one line in `src/registry.ts`.',
    '## Providers',
    'The `provider` of an inline model, and the `TYPE` of `--models TYPE:NAME`.',
    table(
      ['provider', 'what it is', 'roles', 'parser', 'covers', 'time limit'],
      registry.providers.map((provider) => {
        const { roles, parserId, covers, timeoutMs } = provider.defaults(provider.models?.[0] ?? '', {});
        return [
          code(provider.type),
          provider.summary,
          roles.map(code).join(', '),
          code(parserId),
          covers === 'all' ? 'all' : covers.languages.join(', '),
          `${timeoutMs / 1000} s`,
        ];
      }),
    ),
    ...registry.providers.flatMap(({ type, settings }) => {
      const { properties = {} } = toJsonSchema(settings);
      if (Object.keys(properties).length === 0) return [];
      const rows = Object.entries(properties).map(([name, schema]) => [code(name), takes(schema), schema.description ?? '']);
      return [`### \`settings\` of \`${type}\``, table(['key', 'takes', 'meaning'], rows)];
    }),
    '## Parsers',
    table(
      ['parser', 'other names', 'what it reads'],
      registry.parsers.map(({ id, aliases, summary }) => [code(id), aliases.map(code).join(', '), summary]),
    ),
    '## Consensus strategies',
    table(
      ['strategy', 'what it keeps'],
      registry.strategies.map(({ id, summary }) => [code(id), summary]),
    ),
    '## Roles',
    table(
      ['role', 'what it does'],
      registry.runners.map(({ role, summary }) => [code(role), summary]),
    ),
    '## Formats',
    table(
      ['format', 'for whom'],
      registry.reporters.map(({ id, summary }) => [code(id), summary]),
    ),
  );
}

function takes({ type, enum: values, anyOf }: JsonSchema): string {
  if (anyOf !== undefined) return anyOf.map(takes).join(' or ');
  return values === undefined ? [type ?? ''].flat().join(' or ') : values.map((value) => code(String(value))).join(', ');
}
