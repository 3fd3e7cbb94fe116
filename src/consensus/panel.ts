import { groupBy } from '#lib/group-by.ts';
import type { Chunk, ChunkFile } from '#model/chunk.ts';
import { shownLines } from '#model/chunk.ts';
import type { Language } from '#model/language.ts';
import { covers } from '#model/model-entry.ts';
import type { Seat } from '#model/plan.ts';

/** Roles whose claims are no vote: they sort, judge or explain what others claim. Any other role votes. */
const VOTELESS: ReadonlySet<string> = new Set(['triage', 'judge', 'explain']);

/** True when what this role claims is a vote. */
export function isVotingRole(role: string): boolean {
  return !VOTELESS.has(role);
}

/** The voting seats that can have an opinion on code of the language. */
export function seatsCovering(seats: readonly Seat[], language: Language | null): readonly Seat[] {
  return seats.filter((seat) => isVotingRole(seat.role) && covers(seat.model.covers, language));
}

/** The chunks' shares of one file, each with its chunk. */
export type FileViews = readonly { readonly chunk: Chunk; readonly file: ChunkFile; readonly shown: ReadonlySet<number> }[];

/** Where each file of the change is shown. */
export function indexViews(chunks: readonly Chunk[]): ReadonlyMap<string, FileViews> {
  const views = chunks.flatMap((chunk) => chunk.files.map((file) => ({ chunk, file, shown: shownLines(file) })));
  return groupBy(views, ({ file }) => file.path);
}
