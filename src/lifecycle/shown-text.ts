import type { ChangedFile, ChangeSet } from '#model/change-set.ts';

/** What a change shows of a line of its new side; null where it does not show it. */
export type ShownText = (path: string, line: number) => string | null;

export function indexShown(change: ChangeSet): ShownText {
  const files = new Map(change.files.map((file) => [file.path, file]));
  const known = new Map<string, ReadonlyMap<number, string>>();
  return (path, line) => {
    const file = files.get(path);
    if (file === undefined) return null;
    const texts = known.get(path) ?? new Map(linesOf(file));
    known.set(path, texts);
    return texts.get(line) ?? null;
  };
}

function linesOf({ hunks }: ChangedFile): [number, string][] {
  return hunks.flatMap(({ lines }) =>
    lines.flatMap(({ newLine, text }): [number, string][] => (newLine === null ? [] : [[newLine, text]])),
  );
}
