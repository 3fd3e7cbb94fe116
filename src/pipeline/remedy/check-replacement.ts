import { relatedCwes } from '#consensus/cwe-tree.ts';
import type { Chunk } from '#model/chunk.ts';
import type { Finding, Replacement } from '#model/finding.ts';
import type { Execution } from '#model/outcome.ts';
import type { Seat } from '#model/plan.ts';
import { anchorClaim } from '../anchor.ts';
import type { ScanContext } from '../context.ts';
import type { Panel } from '../seats/open-panel.ts';
import { applyToChunk, applyToText } from './apply-replacement.ts';

export interface CheckedReplacement {
  /** Null where it must not be offered. */
  readonly replacement: Replacement | null;
  /** Calls that the check took. */
  readonly executions: readonly Execution[];
}

const NOT_OFFERED: CheckedReplacement = { replacement: null, executions: [] };

/**
 * Checks a proposed replacement for the lines of a finding. It is offered only when those lines are there and differ
 * from it, the file still parses, and everyone who reported the finding looks again and reports it no more. What cannot
 * be told (the file is not known, its language has no grammar, a model does not answer) counts against it.
 */
export async function checkReplacement(
  finding: Finding,
  proposed: string | null,
  chunk: Chunk,
  panel: Panel,
  ctx: Pick<ScanContext, 'countFaults'>,
): Promise<CheckedReplacement> {
  const [file] = chunk.files;
  if (proposed === null || !isPlain(proposed) || file === undefined || file.text === null) return NOT_OFFERED;
  const replacement: Replacement = { startLine: finding.startLine, endLine: finding.endLine, text: proposed };
  const before = file.text;
  const after = applyToText(before, replacement);
  const patched = applyToChunk(chunk, replacement, after);
  if (after === null || patched === null) return NOT_OFFERED;
  const [had, has] = [ctx.countFaults(before, file.path), ctx.countFaults(after, file.path)];
  if (had === null || has === null || has > had) return NOT_OFFERED;

  const reporters = finding.models.filter(({ verdict }) => verdict === 'reported');
  const seats = reporters.flatMap(({ id, role }) => panel.seatOf(id, role) ?? []);
  if (seats.length < reporters.length) return NOT_OFFERED;
  const round = panel.openRound();
  const turns = await Promise.all(seats.map((seat) => round.ask(seat, { chunk: patched, cases: [], finding: null })));
  const executions = turns.flat().map((execution) => ({ ...execution, finding: finding.fingerprint }));
  const gone = seats.every((seat, at) => isGone(finding, replacement, patched, seat, turns[at] ?? []));
  return { replacement: gone ? replacement : null, executions };
}

/**
 * Text that can be offered to be committed with a click: no sign that is not seen or shows code in another order than it
 * runs (https://trojansource.codes), and nothing that our own comments or a runner's log would take for a mark or a command.
 */
function isPlain(text: string): boolean {
  return !/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text) && !/<!--\s*aegis|##\[/i.test(text);
}

/** True when the model that reported it answered in full, and claims nothing of the kind on the new lines. */
function isGone(finding: Finding, replacement: Replacement, patched: Chunk, seat: Seat, turns: readonly Execution[]): boolean {
  const own = turns.find(({ modelId }) => modelId === seat.model.model_id);
  if (own?.outcome.kind !== 'answered') return false;
  const last = replacement.startLine + Math.max(1, replacement.text.split('\n').length) - 1;
  return own.outcome.claims.every((claim) => {
    const placed = anchorClaim(claim, patched, { modelId: seat.model.model_id, role: seat.role });
    if (placed === null) return true;
    const near = placed.startLine <= last + NEAR && placed.endLine >= replacement.startLine - NEAR;
    return !near || (placed.cwe !== null && finding.cwe !== null && !relatedCwes(placed.cwe, finding.cwe));
  });
}

/** Lines within which two claims mean the same place: as the consensus has it. */
const NEAR = 2;
