import { createRequire } from 'node:module';
import type { SgNode } from '@ast-grep/napi';
import type { Language } from '#model/language.ts';

/** Names of the grammars by language. TypeScript's own grammar refuses JSX, so each of the two has its name. */
const GRAMMARS: Partial<Record<Language, string>> = { javascript: 'JavaScript', typescript: 'TypeScript', tsx: 'Tsx', python: 'python' };

type ParseNative = (grammar: string, text: string) => SgNode;
let native: ParseNative | null = null;

/** Loads the native parser on first use: `aegis --help` must not pay for it. */
function loadNative(): ParseNative {
  if (native !== null) return native;
  const require = createRequire(import.meta.url);
  const { parse, registerDynamicLanguage } = require('@ast-grep/napi') as typeof import('@ast-grep/napi');
  const python = require('@ast-grep/lang-python') as typeof import('@ast-grep/lang-python');
  registerDynamicLanguage({ python });
  native = (grammar, text) => parse(grammar, text).root();
  return native;
}

/** The native tree of a text, or null for a language without a grammar. Tolerates broken code. */
export function parseNative(text: string, language: Language): SgNode | null {
  const grammar = GRAMMARS[language];
  return grammar === undefined ? null : loadNative()(grammar, text);
}
