import { type ExplainedValue, explainConfig, type SaidOutside, type ValueOrigin } from '#config/explain-config.ts';
import { readLayers } from '#config/read-config.ts';
import { dotted } from '#lib/yaml-path.ts';
import { cutText, oneLine } from '#report/plain-text.ts';
import { readConfigFiles } from './config-file.ts';
import type { ReviewDeps } from './review-deps.ts';

/** A configuration explained, as programs read it. */
interface Explanation {
  /** Its files, the nearest first. */
  readonly files: readonly string[];
  readonly values: readonly (Omit<ExplainedValue, 'path'> & { readonly key: string })[];
  readonly warnings: readonly string[];
}

/** Resolves a configuration and says where each value comes from. Throws `ConfigError` for one that is not valid. */
export async function explain(
  named: string | undefined,
  options: SaidOutside,
  deps: Pick<ReviewDeps, 'cwd' | 'known' | 'resolvePlan'>,
): Promise<Explanation> {
  const { layers } = await readConfigFiles(deps.cwd, named);
  const { config } = readLayers(layers, deps.known);
  const resolved = await deps.resolvePlan(config, options);
  return {
    files: layers.map(({ source }) => source),
    values: explainConfig(config, resolved, options, deps.known).map(({ path, ...rest }) => ({ key: dotted(path), ...rest })),
    warnings: resolved.warnings,
  };
}

/** Wide enough for most values; the others are cut, and whole with `--format json`. */
const WIDEST_VALUE = 60;

export function renderExplained({ files, values, warnings }: Explanation): string {
  const rows = values.map(({ key, value, origin }) => [key, showValue(value), showOrigin(origin)] as const);
  const [keys, texts] = [0, 1].map((at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return [
    files.length === 0 ? 'There is no configuration; the defaults hold.' : `Configuration: ${files.join(' over ')}`,
    ...warnings.map((warning) => `warning: ${warning}`),
    '',
    ...rows.map(([key, text, origin]) => `${key.padEnd(keys ?? 0)}  ${text.padEnd(texts ?? 0)}  ${origin}`),
    '',
  ].join('\n');
}

function showValue(value: unknown): string {
  return cutText(oneLine(typeof value === 'string' ? value : JSON.stringify(value)), WIDEST_VALUE);
}

function showOrigin(origin: ValueOrigin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.source}:${origin.line}`;
    case 'preset':
      return `preset ${origin.name}`;
    case 'command-line':
      return `command line: ${origin.option}`;
    case 'environment':
      return `environment: ${origin.variable}`;
    case 'plan':
      return 'default, by the models that there are';
    case 'default':
      return 'default';
  }
}
