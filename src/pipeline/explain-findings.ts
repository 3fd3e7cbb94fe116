import { splitByFile } from '#chunks/split-by-file.ts';
import type { Chunk } from '#model/chunk.ts';
import { shownLines } from '#model/chunk.ts';
import { counts, type Finding, type Note } from '#model/finding.ts';
import type { Execution, Opinion } from '#model/outcome.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { ScanContext } from './context.ts';
import { showsLines } from './remedy/apply-replacement.ts';
import { checkReplacement } from './remedy/check-replacement.ts';
import type { Panel } from './seats/open-panel.ts';
import { countProgress } from './seats/progress.ts';
import { STEERING_REPORTER } from './steering-claims.ts';

/**
 * Has the findings that will be published explained and noted: the worst first, as many as the plan allows. A
 * replacement that a model proposes is kept only where it was checked. Findings keep their order; a call that fails
 * leaves its finding as it was. Throws the signal's reason when cancelled.
 */
export async function explainFindings(
  findings: readonly Finding[],
  chunks: readonly Chunk[],
  plan: Pick<Plan, 'stages'>,
  panel: Panel,
  ctx: Pick<ScanContext, 'emit' | 'countFaults'>,
): Promise<{ readonly findings: readonly Finding[]; readonly executions: readonly Execution[] }> {
  const { explain, annotate } = plan.stages;
  const [explainer, ...idle] = panel.seats(explain?.seats ?? []);
  const annotators = panel.seats(annotate?.seats ?? []);
  if (explainer === undefined && annotators.length === 0) return { findings, executions: [] };

  // What Aegis found by itself says all there is to say, and what was carried over may have been told before.
  const isTold = (finding: Finding) => (explainer === undefined ? finding.notes.length > 0 : finding.explanation !== null);
  const hunkIds = new Set(chunks.flatMap(({ files }) => files.flatMap(({ hunks }) => hunks.map(({ hunkId }) => hunkId))));
  const isShown = ({ hunkId }: Finding) => hunkId === null || hunkIds.has(hunkId);
  const open = findings.filter((finding) => counts(finding) && !isOwn(finding) && !isTold(finding) && isShown(finding));
  const worst = open.slice(0, explain?.max ?? MOST_NOTED);
  const progress = countProgress('explain', worst.length, ctx.emit);
  if (worst.length > 0) progress.start();
  const told = await Promise.all(
    findings.map(async (finding): Promise<Told> => {
      const chunk = worst.includes(finding) ? chunkOf(finding, chunks) : null;
      if (chunk === null) return { finding, executions: [] };
      const [explained, ...noted] = await Promise.all([
        explainer === undefined ? { finding, executions: [] } : explainOne(finding, chunk, { seat: explainer, idle }, panel, ctx),
        ...annotators.map((seat) => noteOne(finding, chunk, seat, panel)),
      ]);
      progress.done(chunk.id);
      return {
        finding: { ...explained.finding, notes: noted.flatMap(({ notes }) => notes) },
        executions: [explained, ...noted].flatMap(({ executions }) => executions),
      };
    }),
  );
  return { findings: told.map(({ finding }) => finding), executions: told.flatMap(({ executions }) => executions) };
}

/** Findings that custom roles look at where the plan has no explainer, whose limit would hold. */
export const MOST_NOTED = 10;

const isOwn = ({ models }: Finding) => models.every(({ role }) => role === STEERING_REPORTER.role);

interface Told {
  readonly finding: Finding;
  readonly executions: readonly Execution[];
}

async function explainOne(
  finding: Finding,
  chunk: Chunk,
  { seat, idle }: { readonly seat: Seat; readonly idle: readonly Seat[] },
  panel: Panel,
  ctx: Pick<ScanContext, 'countFaults'>,
): Promise<Told> {
  const turns = await panel.openRound(idle).ask(seat, { chunk, cases: [], finding });
  const opinion = opinionOf(turns, 'explanation');
  if (opinion === null) return { finding, executions: turns };
  const { explanation, fix } = opinion;
  const { replacement, executions } = await checkReplacement(finding, opinion.replacement, chunk, panel, ctx);
  return {
    finding: { ...finding, explanation: explanation || null, fix: fix || finding.fix, replacement },
    executions: [...turns, ...executions],
  };
}

async function noteOne(
  finding: Finding,
  chunk: Chunk,
  seat: Seat,
  panel: Panel,
): Promise<{ readonly notes: readonly Note[]; readonly executions: readonly Execution[] }> {
  const turns = await panel.openRound().ask(seat, { chunk, cases: [], finding });
  const opinion = opinionOf(turns, 'note');
  const author = turns.find(({ outcome }) => outcome.kind === 'answered');
  const notes = opinion === null || author === undefined ? [] : [{ modelId: author.modelId, role: seat.role, note: opinion.note }];
  return { notes, executions: turns };
}

function opinionOf<K extends Opinion['kind']>(turns: readonly Execution[], kind: K): Extract<Opinion, { kind: K }> | null {
  for (const { outcome } of turns) {
    const opinion = outcome.kind === 'answered' ? outcome.opinion : undefined;
    if (opinion !== undefined && isOf(opinion, kind)) return opinion;
  }
  return null;
}

function isOf<K extends Opinion['kind']>(opinion: Opinion, kind: K): opinion is Extract<Opinion, { kind: K }> {
  return opinion.kind === kind;
}

/** The chunk that shows a finding, cut down to its file: where it can be, the one with all of its lines among the hunks. */
function chunkOf({ path, startLine, endLine }: Finding, chunks: readonly Chunk[]): Chunk | null {
  const ofFile = chunks.filter(({ files }) => files.some((file) => file.path === path));
  const showing = ofFile
    .flatMap(splitByFile)
    .filter(({ files: [file] }) => file !== undefined && file.path === path && shownLines(file).has(startLine));
  const inHunk = ({ files: [file] }: Chunk) => file?.hunks.some((hunk) => showsLines(hunk, startLine, endLine)) === true;
  return showing.find(inHunk) ?? showing[0] ?? null;
}
