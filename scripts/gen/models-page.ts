import type { z } from 'zod';
import { type JsonSchema, toJsonSchema } from '#config/json-schema.ts';
import { describeCovers } from '#model/model-entry.ts';
import { listPresets } from '#models/presets/presets.ts';
import type { Provider } from '#ports/provider.ts';
import { registry } from '#registry.ts';
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
          describeCovers(covers),
          `${timeoutMs / 1000} s`,
        ];
      }),
    ),
    ...registry.providers.flatMap(({ type, settings }) => settingsTable(`### \`settings\` of \`${type}\``, settings)),
    '## Parsers',
    table(
      ['parser', 'other names', 'what it reads'],
      registry.parsers.map(({ id, aliases, summary }) => [code(id), aliases.map(code).join(', '), summary]),
    ),
    ...registry.parsers.flatMap(({ id, config }) => settingsTable(`### \`parser_config\` of \`${id}\``, config)),
    '## Presets',
    'What `aegis models register --preset NAME` begins with; what else is said on the command line stands over it.',
    table(
      ['preset', 'other names', 'provider', 'model', 'roles', 'parser'],
      listPresets().map(({ id, aliases, definition }) => [
        code(id),
        aliases.map(code).join(', '),
        code(definition.provider),
        code(definition.model),
        (definition.roles ?? []).map(code).join(', '),
        definition.parser === undefined ? '' : code(definition.parser),
      ]),
    ),
    '## Quirks',
    'What models and servers do not take is learned from their refusals, once; `aegis models show` lists what was learned of a model.',
    ...registry.providers.flatMap(({ type, quirks = [] }: Provider) =>
      quirks.length === 0
        ? []
        : [
            `### Quirks of \`${type}\``,
            table(
              ['quirk', 'what it means'],
              quirks.map(({ id, sentence }) => [code(id), sentence]),
            ),
          ],
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

/** The keys of a schema under a heading; nothing for one without keys. */
function settingsTable(heading: string, schema: z.ZodType): string[] {
  const { properties = {} } = toJsonSchema(schema);
  if (Object.keys(properties).length === 0) return [];
  const rows = Object.entries(properties).map(([name, property]) => [code(name), takes(property), property.description ?? '']);
  return [heading, table(['key', 'takes', 'meaning'], rows)];
}

function takes({ type, enum: values, anyOf, properties }: JsonSchema): string {
  if (properties !== undefined) return code(`{ ${Object.keys(properties).join(', ')} }`);
  if (anyOf !== undefined) return anyOf.map(takes).join(' or ');
  return values === undefined ? [type ?? ''].flat().join(' or ') : values.map((value) => code(String(value))).join(', ');
}
