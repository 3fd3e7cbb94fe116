import type { Parser } from '#ports/parser.ts';
import type { Provider } from '#ports/provider.ts';

/** The registered parts that a configuration may name. */
export interface KnownParts {
  readonly providers: readonly Pick<Provider, 'type' | 'settings'>[];
  readonly parsers: readonly Pick<Parser, 'id' | 'aliases' | 'config'>[];
  /** Ids of the strategies that vote. */
  readonly strategies: readonly string[];
}

/** The strategy in which a judge hears every claim. It is a plan of two steps, and no vote of its own. */
export const JUDGE = 'judge';

/** What `consensus.strategy` and `--strategy` take. */
export function strategyNames({ strategies }: Pick<KnownParts, 'strategies'>): readonly string[] {
  return [...strategies, JUDGE];
}
