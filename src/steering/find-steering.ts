import { type ChangedFile, type ChangeSet, hunksOf } from '#model/change-set.ts';
import { decodeBase64 } from './decode-base64.ts';
import { plainPath, plainText } from './plain-text.ts';
import { revealHidden } from './reveal-hidden.ts';
import { collectSignals } from './signals.ts';
import { weighSignals } from './weigh-signals.ts';

/** An attempt to steer the models: the line that makes it, and what it is. */
export interface SteeringMark {
  readonly path: string;
  /** New side, 1-based; where the file's name is the attempt, its first added line, or 1 where it has none. */
  readonly line: number;
  /** Null where the file's name is the attempt and the file has no added line. */
  readonly hunkId: string | null;
  /** The line as it is. Untrusted. */
  readonly text: string;
  /** One clause, in our words alone. */
  readonly why: string;
}

/** Added lines that follow each other. */
interface Passage {
  readonly path: string;
  readonly hunkId: string;
  readonly lines: readonly { readonly text: string; readonly line: number }[];
}

/**
 * Attempts to steer the models in what the change adds: its lines, and the names of its new files. In the order of the
 * change. Takes time in proportion to the text. It looks for words that were used before, so that a new wording is
 * missed: a courtesy to people, no wall.
 */
export function findSteering(change: ChangeSet): readonly SteeringMark[] {
  return change.files.flatMap((file) => {
    const inLines = [...passagesOf(change, file)].flatMap(readPassage);
    return [...readName(file), ...inLines];
  });
}

/** Names that the change brings in; the file may be empty or binary. */
function readName(file: ChangedFile): readonly SteeringMark[] {
  if (!['added', 'renamed', 'copied'].includes(file.status)) return [];
  const why = weighText(plainPath(file.path), file.path)[0]?.why ?? revealHidden(file.path);
  if (why === undefined || why === null) return [];
  const first = file.hunks.flatMap((hunk) => hunk.lines.map((line) => ({ line, hunk }))).find(({ line }) => line.mark === 'added');
  const place = { line: first?.line.newLine ?? 1, hunkId: first?.hunk.id ?? null, text: first?.line.text ?? '' };
  return [{ path: file.path, ...place, why: `the file's name: ${why}` }];
}

function* passagesOf(change: ChangeSet, file: ChangedFile): Generator<Passage> {
  if (file.status === 'deleted') return;
  for (const { hunk } of hunksOf({ ...change, files: [file] })) {
    let lines: { text: string; line: number }[] = [];
    for (const { mark, text, newLine } of hunk.lines) {
      if (mark === 'added' && newLine !== null) lines.push({ text, line: newLine });
      if (mark !== 'context') continue;
      if (lines.length > 0) yield { path: file.path, hunkId: hunk.id, lines };
      lines = [];
    }
    if (lines.length > 0) yield { path: file.path, hunkId: hunk.id, lines };
  }
}

/** One mark a line at most, the first reason that was found for it. */
function readPassage({ path, hunkId, lines }: Passage): readonly SteeringMark[] {
  const whys = new Map<number, string>();
  const tell = (index: number, why: string | null | undefined) => {
    if (why !== null && why !== undefined && !whys.has(index)) whys.set(index, why);
  };
  const plain = lines.map(({ text }) => plainText(text));
  for (const { index, why } of weighText(plain.join('\n'), path)) tell(index, why);
  for (const [index, { text }] of lines.entries()) {
    tell(index, revealHidden(text));
    for (const decoded of decodeBase64(text)) tell(index, weighText(plainText(decoded), path)[0] && 'orders written in Base64');
  }
  return lines.flatMap(({ text, line }, index) => {
    const why = whys.get(index);
    return why === undefined ? [] : [{ path, line, hunkId, text, why }];
  });
}

/** Attempts in a text, by the line in which each begins, from 0. */
function weighText(text: string, path: string): readonly { readonly index: number; readonly why: string }[] {
  const signals = collectSignals(text, path);
  if (signals.length === 0) return [];
  return weighSignals(signals);
}
