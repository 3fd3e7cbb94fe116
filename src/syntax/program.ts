import type { Language } from '#model/language.ts';
import type { Dialect, Program, Statement } from './code.ts';
import { lowerJavaScript } from './lower/javascript.ts';
import { lowerPython } from './lower/python.ts';
import type { SyntaxNode } from './node.ts';
import { parseCode } from './parse.ts';

type Lower = (root: SyntaxNode, text: string) => readonly Statement[];

const DIALECTS: Partial<Record<Language, { dialect: Dialect; lower: Lower }>> = {
  javascript: { dialect: 'javascript', lower: lowerJavaScript },
  typescript: { dialect: 'javascript', lower: lowerJavaScript },
  tsx: { dialect: 'javascript', lower: lowerJavaScript },
  python: { dialect: 'python', lower: lowerPython },
};

/** Reads a text as a program; null for a language that cannot be lowered. Broken code gives what can be read of it. */
export function readProgram(text: string, language: Language): Program | null {
  const form = DIALECTS[language];
  if (form === undefined) return null;
  const tree = parseCode(text, language);
  if (tree === null) return null;
  return { dialect: form.dialect, body: form.lower(tree.root, text), cut: tree.cut };
}
