import { createHash } from 'node:crypto';
import type { DiffLine } from '#model/change-set.ts';
import type { Chunk, ChunkFile, ChunkHunk } from '#model/chunk.ts';
import type { Replacement } from '#model/finding.ts';

/** The file with the lines replaced, in its own style of line ends; null where it has not these lines, or would not change. */
export function applyToText(text: string, { startLine, endLine, text: fresh }: Replacement): string | null {
  const lines = text.split('\n');
  if (startLine < 1 || endLine < startLine || endLine > lines.length) return null;
  const ending = lines[startLine - 1]?.endsWith('\r') === true ? '\r' : '';
  const put = fresh === '' ? [] : fresh.split('\n').map((line) => `${line}${ending}`);
  const after = [...lines.slice(0, startLine - 1), ...put, ...lines.slice(endLine)].join('\n');
  return after === text ? null : after;
}

/**
 * The chunk as it would be with the lines replaced, to be shown to who reported them; null where the lines do not all
 * stand in one hunk of its one file, each in full. Its id is its own: no answer about the code as it is counts for it.
 */
export function applyToChunk(chunk: Chunk, replacement: Replacement, text: string | null): Chunk | null {
  const [file, other] = chunk.files;
  if (file === undefined || other !== undefined) return null;
  const { startLine, endLine } = replacement;
  const at = file.hunks.findIndex((hunk) => showsLines(hunk, startLine, endLine));
  if (at < 0 || !isInFull(file, replacement)) return null;
  const fresh = replacement.text === '' ? [] : replacement.text.split('\n');
  const shift = fresh.length - (endLine - startLine + 1);
  const move = (line: number) => (line > endLine ? line + shift : line);
  const patched: ChunkFile = {
    ...file,
    hunks: file.hunks.map((hunk, index) => ({
      ...hunk,
      lines: index === at ? replaceLines(hunk, replacement, fresh, move) : renumber(hunk, move),
    })),
    surroundings: file.surroundings.map(({ line, text: code }) => ({ line: move(line), text: code })),
    text,
  };
  const id = createHash('sha256')
    .update(JSON.stringify([chunk.id, startLine, endLine, replacement.text]))
    .digest('hex');
  return { ...chunk, id, files: [patched] };
}

/** Whether all of these lines stand in a hunk's share. */
export function showsLines({ lines }: ChunkHunk, from: number, to: number): boolean {
  return linesWithin(lines, from, to).length === to - from + 1;
}

/** A line that is too long for a chunk is shown in pieces: what stands for a piece must not replace the line. */
function isInFull({ hunks, text }: ChunkFile, { startLine, endLine }: Replacement): boolean {
  const known = text?.split('\n');
  const shown = hunks.flatMap(({ lines }) => linesWithin(lines, startLine, endLine));
  return known === undefined || shown.every((line) => known[(line.newLine ?? 0) - 1]?.replace(/\r$/, '') === line.text);
}

function linesWithin(lines: readonly DiffLine[], from: number, to: number): readonly DiffLine[] {
  return lines.filter(({ newLine }) => newLine !== null && newLine >= from && newLine <= to);
}

/** The new lines stand where the first of the old ones stood; lines that the change removed stay. */
function replaceLines(
  hunk: ChunkHunk,
  { startLine, endLine }: Replacement,
  fresh: readonly string[],
  move: (line: number) => number,
): DiffLine[] {
  return hunk.lines.flatMap((line): DiffLine[] => {
    if (line.newLine === null || line.newLine < startLine || line.newLine > endLine) return [moved(line, move)];
    if (line.newLine > startLine) return [];
    return fresh.map((text, index) => ({ mark: 'added', text, oldLine: null, newLine: startLine + index }));
  });
}

function renumber(hunk: ChunkHunk, move: (line: number) => number): DiffLine[] {
  return hunk.lines.map((line) => moved(line, move));
}

function moved(line: DiffLine, move: (line: number) => number): DiffLine {
  return line.newLine === null ? line : { ...line, newLine: move(line.newLine) };
}
