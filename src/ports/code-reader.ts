import type { Outline } from '#model/outline.ts';

/**
 * Reads files of the new side of a change. With a repository, the file as it is at the head; with a bare diff,
 * nothing: null means "not known", never "empty".
 */
export interface CodeReader {
  /** The text of a file, or null where it is not known, is not text, or is larger than the limit. */
  read(path: string): Promise<string | null>;
  /** Announces what will be read soon, so that a remote reader can fetch many files in one request. */
  prefetch(paths: readonly string[]): Promise<void>;
  /**
   * Files of the new side that may define a symbol, likeliest first, a few at most; `from` is the file that uses it.
   * Absent where nothing but the change is known. Never throws.
   */
  whereDefined?(symbol: string, from: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** Reads the outline of a file; null for a language without a grammar. Never throws on broken code. */
export type Outliner = (text: string, path: string) => Outline | null;

/** Finds where a name is defined in a file: 1-based, inclusive lines of the whole definition; null where it is not. Never throws. */
export type DefinitionFinder = (
  text: string,
  path: string,
  symbol: string,
) => { readonly startLine: number; readonly endLine: number } | null;

/** Counts what a grammar cannot read in a file; null for a language without one. 0 for a sound file. Never throws. */
export type FaultCounter = (text: string, path: string) => number | null;
