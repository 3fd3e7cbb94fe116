import { ConfigError, type ConfigProblem } from '#model/errors.ts';
import type { ReviewConfig } from './read-config.ts';

/** A configuration with more is not the one that was meant; nobody reads on. */
const MOST_TOLD = 50;

/** The error of a configuration: file by file, the nearest first, and each in the order of its lines. */
export function configFault(
  { source, sources }: Pick<ReviewConfig, 'source' | 'sources'>,
  problems: readonly ConfigProblem[],
): ConfigError {
  const fileOf = (problem: ConfigProblem) => problem.source ?? source;
  const rank = (problem: ConfigProblem) => sources.indexOf(fileOf(problem));
  const sorted = problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  const told = cut(sorted);
  const [only = source, ...others] = new Set(problems.map(fileOf));
  if (others.length > 0) return new ConfigError('the configuration', told);
  // The error names the one file.
  return new ConfigError(
    only,
    told.map(({ source: _, ...problem }) => problem),
  );
}

function cut(sorted: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const next = sorted[MOST_TOLD];
  if (next === undefined) return sorted;
  return [...sorted.slice(0, MOST_TOLD), { ...next, key: '', message: `and ${sorted.length - MOST_TOLD} more problems from here on` }];
}
