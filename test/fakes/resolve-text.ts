import { formatProblem, readConfig } from '#config/read-config.ts';
import { type Overrides, type PlanSource, type ResolvedPlan, resolvePlan } from '#config/resolve-plan.ts';
import { ConfigError } from '#model/errors.ts';
import { KNOWN, planSource } from './known-parts.ts';

/** The plan of a configuration as it is written. */
export function resolveText(text: string, source: Partial<PlanSource> = {}, overrides: Overrides = {}): ResolvedPlan {
  return resolvePlan(readConfig(text, '.aegis.yml', KNOWN).config, overrides, planSource(source));
}

/** The problems of a configuration as people are told of them; empty where it makes a plan. */
export function problemsOf(text: string, source: Partial<PlanSource> = {}, overrides: Overrides = {}): string[] {
  try {
    resolveText(text, source, overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => formatProblem('.aegis.yml', problem));
  }
}
