import { makeVisible } from '#lib/make-visible.ts';
import type { Definition } from '#model/definition.ts';
import { showFile } from './show-file.ts';

/** A definition under its symbol, as unchanged lines with the numbers of its file. Not yet fenced. */
export function showDefinition({ symbol, path, startLine, text }: Definition): string {
  const surroundings = text.split(/\r?\n/).map((line, index) => ({ line: startLine + index, text: line }));
  return `Definition of ${makeVisible(symbol)}:\n${showFile({ path, language: null, hunks: [], surroundings, text: null })}`;
}
