import type { Language } from '#model/language.ts';
import type { SyntaxNode } from './node.ts';
import { parseCode } from './parse.ts';

/** How much of a text its grammar could not read: for each broken place one, and one for each of its lines. 0 for a sound text. */
export function countFaults(text: string, language: Language): number {
  const tree = parseCode(text, language);
  if (tree === null) return 0;
  let faults = 0;
  const pending: SyntaxNode[] = [tree.root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'ERROR') faults += 2 + node.endLine - node.line;
    else pending.push(...node.children);
  }
  return faults;
}
