import { groupBy } from '#lib/group-by.ts';
import type { Chunk, ChunkFile } from '#model/chunk.ts';
import { shownLines } from '#model/chunk.ts';
import type { Language } from '#model/language.ts';
import { covers } from '#model/model-entry.ts';
import type { Plan, Seat } from '#model/plan.ts';

/** Roles that judge or explain what others claim: they have no opinion on a hunk. */
const ON_CLAIMS: ReadonlySet<string> = new Set(['judge', 'explain']);

/** True for a role that looks at code, and so has an opinion on a hunk. A custom role on findings looks like one. */
export function looksAtCode(role: string): boolean {
  return !ON_CLAIMS.has(role);
}

/**
 * Which roles vote by what they claim: all that look at code, custom ones too, but those that look at findings; triage
 * only where the plan says so.
 */
export function votingRoles({ seats, reserves, stages }: Pick<Plan, 'seats' | 'reserves' | 'stages'>): (role: string) => boolean {
  const annotating = new Set(stages.annotate?.seats ?? []);
  const silent = new Set([...seats, ...reserves].filter(({ id }) => annotating.has(id)).map(({ role }) => role));
  const triageVotes = stages.triage?.votes ?? false;
  return (role) => (role === 'triage' ? triageVotes : looksAtCode(role) && !silent.has(role));
}

/** Whether a seat is asked about a chunk: an override may leave its files to some models alone, and a guest sees no others. */
export function sitsFor({ model, guest }: Seat, { files: [file] }: Pick<Chunk, 'files'>): boolean {
  return file?.panel?.includes(model.model_id) ?? guest !== true;
}

/** The seats that can have an opinion on code of the language. */
export function seatsCovering(seats: readonly Seat[], language: Language | null): readonly Seat[] {
  return seats.filter((seat) => covers(seat.model.covers, language));
}

/** The chunks' shares of one file, each with its chunk. */
export type FileViews = readonly { readonly chunk: Chunk; readonly file: ChunkFile; readonly shown: ReadonlySet<number> }[];

/** Where each file of the change is shown. */
export function indexViews(chunks: readonly Chunk[]): ReadonlyMap<string, FileViews> {
  const views = chunks.flatMap((chunk) => chunk.files.map((file) => ({ chunk, file, shown: shownLines(file) })));
  return groupBy(views, ({ file }) => file.path);
}
