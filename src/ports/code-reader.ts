/**
 * Reads files of the new side of a change. With a repository, the file as it is at the head; with a bare diff,
 * nothing: null means "not known", never "empty".
 */
export interface CodeReader {
  /** The text of a file, or null where it is not known, is not text, or is larger than the limit. */
  read(path: string): Promise<string | null>;
  /** Announces what will be read soon, so that a remote reader can fetch many files in one request. */
  prefetch(paths: readonly string[]): Promise<void>;
}

/** What a syntax tree says about a file, as data. Line numbers are 1-based and inclusive. */
export interface Outline {
  /** Functions, methods and classes; inner ones after outer ones. */
  readonly symbols: readonly { readonly name: string; readonly startLine: number; readonly endLine: number }[];
  readonly importLines: readonly number[];
}

/** Reads the outline of a file; null for a language without a grammar. Never throws on broken code. */
export type Outliner = (text: string, path: string) => Outline | null;
