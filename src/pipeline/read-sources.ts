import { setImmediate } from 'node:timers/promises';
import type { ChangedFile, ChangeMode } from '#model/change-set.ts';
import type { Outline } from '#model/outline.ts';
import type { ScanContext } from './context.ts';

/** A file to be reviewed with what is known of it beyond its hunks. */
export interface Source {
  readonly file: ChangedFile;
  /** The new side; null when only the diff is known. */
  readonly text: string | null;
  readonly outline: Outline | null;
}

/**
 * Reads the new side of every selected file. A text that contradicts the hunks (the tree moved on, or the diff
 * belongs to another repository) is not used: context that is wrong is worse than none. Throws the signal's reason
 * when cancelled.
 */
export async function readSources(
  files: readonly ChangedFile[],
  mode: ChangeMode,
  ctx: Pick<ScanContext, 'reader' | 'outline' | 'signal'>,
): Promise<readonly Source[]> {
  ctx.signal.throwIfAborted();
  if (mode === 'change') await ctx.reader.prefetch(files.map((file) => file.path));
  const sources: Source[] = [];
  for (const file of files) {
    const text = mode === 'files' ? textOfHunks(file) : await ctx.reader.read(file.path);
    // The outline of a file is native work: between two of them, timers and signals have their turn.
    await setImmediate();
    ctx.signal.throwIfAborted();
    const known = text !== null && agrees(text, file) ? text : null;
    sources.push({ file, text: known, outline: known === null ? null : ctx.outline(known, file.path) });
  }
  return sources;
}

function textOfHunks(file: ChangedFile): string {
  return file.hunks.flatMap((hunk) => hunk.lines.map((line) => line.text)).join('\n');
}

function agrees(text: string, file: ChangedFile): boolean {
  const lines = text.split('\n');
  return file.hunks.every((hunk) =>
    hunk.lines.every((line) => line.newLine === null || lines[line.newLine - 1]?.replace(/\r$/, '') === line.text),
  );
}
