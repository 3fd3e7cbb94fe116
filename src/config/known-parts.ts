import type { Parser } from '#ports/parser.ts';
import type { Provider } from '#ports/provider.ts';

/** The registered parts that a configuration may name. */
export interface KnownParts {
  readonly providers: readonly Pick<Provider, 'type' | 'settings'>[];
  readonly parsers: readonly Pick<Parser, 'id' | 'aliases' | 'config'>[];
  readonly strategies: readonly string[];
}
