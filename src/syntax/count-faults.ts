import type { Language } from '#model/language.ts';
import { parseNative } from './grammar.ts';

/**
 * How much of a text its grammar could not read: for each broken place one, and one for each of its lines. 0 for a
 * sound text. The tree is searched where it is, not copied: several texts are tried for one that is kept.
 */
export function countFaults(text: string, language: Language): number {
  const broken = parseNative(text, language)?.findAll({ rule: { kind: 'ERROR' } }) ?? [];
  return broken.reduce((faults, node) => {
    const { start, end } = node.range();
    return faults + 2 + end.line - start.line;
  }, 0);
}
