import { weaknessFamily } from '#consensus/cwe-tree.ts';
import { evidenceTokens } from '#consensus/fingerprint.ts';
import { groupBy } from '#lib/group-by.ts';
import type { Finding } from '#model/finding.ts';
import type { KnownFinding } from '#model/lifecycle.ts';
import { codeKey, evidenceLine } from './code-key.ts';
import type { KnownTrace, Recognisable, Traced } from './finding-trace.ts';
import type { Followed, LineMap } from './follow-lines.ts';
import { type Matching, openMatching } from './open-matching.ts';
import { pairByLines } from './pair-by-lines.ts';

/**
 * Which known finding each of these is, one to one. In this order: the same code on the line to which the earlier one
 * maps, which tells equal lines apart; the same fingerprint; the same weakness family on the line to which the earlier one
 * maps; the same family and code in a block that moved, first within the file. Known findings that were fixed have no line
 * any more, and are not looked for in other files. The order of the lists changes nothing.
 */
export function matchFindings<F extends Recognisable>(
  found: readonly F[],
  known: readonly KnownFinding[],
  lines: LineMap,
): ReadonlyMap<F, KnownFinding> {
  const matching = openMatching(found, known, {
    traceFound: (one) => ({ ...keysOf(one), line: evidenceLine(one, lines.textNow) ?? one.startLine }),
    traceKnown: (one) => ({ ...keysOf(one), place: followKnown(one, lines) }),
  });
  matchStanding(matching);
  matchFingerprints(matching);
  pairByLines(matching);
  matchMoved(matching, lines);
  return matching.matches;
}

function keysOf(one: Pick<Finding, 'cwe' | 'evidence'>) {
  return { key: codeKey(one), family: weaknessFamily(one.cwe) };
}

/** Where a known finding's code stands now. What was fixed has no place, and neither has one whose lines are of an older head. */
export function followKnown(known: KnownFinding, lines: LineMap): Followed {
  const line = known.evidence === '' ? known.startLine : evidenceLine(known, lines.textBefore);
  return known.state === 'fixed' || line === null ? { kind: 'unknown' } : lines.follow(known.path, line);
}

function matchStanding<F extends Recognisable>({ open, take }: Matching<F>): void {
  const { found, known } = open();
  const at = groupBy(found, ({ one, key, line }) => JSON.stringify([one.path, line, key]));
  for (const trace of known) {
    if (trace.place.kind !== 'same') continue;
    const next = at.get(JSON.stringify([trace.place.path, trace.place.line, trace.key]))?.shift();
    if (next !== undefined) take(next, trace);
  }
}

function matchFingerprints<F extends Recognisable>({ open, take }: Matching<F>): void {
  const { found, known } = open();
  const by = groupBy(found, ({ one }) => one.fingerprint);
  for (const trace of known) {
    const next = by.get(trace.one.fingerprint)?.shift();
    if (next !== undefined) take(next, trace);
  }
}

/** Code that still stands where it was has not moved, and what stood there before has not come from elsewhere. */
function matchMoved<F extends Recognisable>({ open, take }: Matching<F>, lines: LineMap): void {
  const has = (trace: KnownTrace) => trace.place.kind !== 'same' && evidenceTokens(trace.one.evidence) !== '';
  const isNew = ({ one, line }: Traced<F>) => !lines.stood(one.path, line);
  const inFile = (path: string, key: string) => JSON.stringify([path, key]);
  const rounds: readonly {
    readonly known: (trace: KnownTrace) => boolean;
    readonly found: (trace: Traced<F>) => boolean;
    readonly within: 'file' | 'change';
  }[] = [
    { known: has, found: isNew, within: 'file' },
    { known: (trace) => has(trace) && trace.place.kind === 'unknown', found: () => true, within: 'file' },
    { known: (trace) => has(trace) && trace.one.state !== 'fixed', found: isNew, within: 'change' },
  ];
  for (const { known: lost, found: fresh, within } of rounds) {
    const { found, known } = open();
    const waiting = groupBy(found.filter(fresh), ({ one, key }) => (within === 'file' ? inFile(one.path, key) : key));
    for (const trace of known.filter(lost)) {
      const { one, key } = trace;
      const next = waiting.get(within === 'file' ? inFile(lines.pathNow(one.path) ?? one.path, key) : key)?.shift();
      if (next !== undefined) take(next, trace);
    }
  }
}
