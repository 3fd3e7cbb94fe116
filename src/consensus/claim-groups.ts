import type { Candidate } from '#model/candidate.ts';
import { relateCwes } from './cwe-tree.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { NEAR_LINES } from './line-range.ts';

/** Claims of one file that fit each other, while they are gathered. */
export interface Group {
  readonly claims: [Candidate, ...Candidate[]];
}

/** Where all claims of a group are, or all that one model made: they share the lines between, or nearly. */
interface Place {
  /** The last line on which one begins. */
  lastStart: number;
  /** The first line on which one ends. */
  firstEnd: number;
}

interface OpenGroup extends Group, Place {
  /** Groups that were opened earlier come first. */
  readonly order: number;
  readonly cwes: Set<string>;
  readonly byModel: Map<string, Place>;
}

/** Stands for a CWE that is not named: such claims are related to each other. */
const UNNAMED = '';

/**
 * Gathers claims into groups. Each joins the group that fits it best, of which every member lies near it and is
 * related to it; where there is none it opens one. `cwes`: all that will be named.
 *
 * A group is looked up by its CWEs and by the lines of its first claim, near which every later member lies.
 */
export function createGroups(cwes: readonly string[]): { readonly all: readonly Group[]; join(claim: Candidate): void } {
  const relatives = relateCwes(new Set([UNNAMED, ...cwes]));
  const all: OpenGroup[] = [];
  const byCwe = new Map<string, LineIndex<OpenGroup>>();

  const enlist = (group: OpenGroup, cwe: string) => {
    if (group.cwes.has(cwe)) return;
    group.cwes.add(cwe);
    const index = byCwe.get(cwe) ?? createLineIndex();
    byCwe.set(cwe, index);
    const [{ startLine, endLine }] = group.claims;
    index.add(group, startLine, endLine);
  };

  return {
    all,
    join(claim) {
      const cwe = claim.cwe ?? UNNAMED;
      const related = relatives.get(cwe) ?? new Map<string, number>();
      const near = [...related.keys()].flatMap((relative) => {
        const index = byCwe.get(relative);
        return index === undefined ? [] : [...index.around(claim.startLine - NEAR_LINES, claim.endLine + NEAR_LINES)];
      });
      const best = choose(near, claim, related);
      if (best !== null) best.claims.push(claim);
      const group = best ?? open(claim, all.length);
      if (best === null) all.push(group);
      narrow(group, claim);
      narrow(placeOf(group, claim.modelId), claim);
      enlist(group, cwe);
    },
  };
}

function open(claim: Candidate, order: number): OpenGroup {
  return { claims: [claim], order, cwes: new Set(), byModel: new Map(), ...everywhere() };
}

/** The group with the nearest CWE; of several the one with the nearest claim, then the one that was there first. */
function choose(groups: readonly OpenGroup[], claim: Candidate, related: ReadonlyMap<string, number>): OpenGroup | null {
  let nearest: OpenGroup[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    const distance = fits(group, claim) ? distanceTo(group, related) : null;
    if (distance === null || distance > least) continue;
    if (distance < least) nearest = [];
    least = distance;
    nearest.push(group);
  }
  if (nearest.length < 2) return nearest[0] ?? null;
  const ranked = [...new Set(nearest)].map((group) => ({ group, apart: apart(group, claim) }));
  return ranked.toSorted((a, b) => a.apart - b.apart || a.group.order - b.group.order)[0]?.group ?? null;
}

/**
 * True when a claim lies near every member. One model that names two lines means two places: only between models may
 * the lines of one weakness differ.
 */
function fits(group: OpenGroup, claim: Candidate): boolean {
  if (!reaches(group, claim, NEAR_LINES)) return false;
  const own = group.byModel.get(claim.modelId);
  return own === undefined || reaches(own, claim, 0);
}

function reaches({ lastStart, firstEnd }: Place, { startLine, endLine }: Candidate, lines: number): boolean {
  return lastStart - endLine <= lines && startLine - firstEnd <= lines;
}

/** Steps to the nearest CWE of a group; null when one of them is no relative. */
function distanceTo({ cwes }: OpenGroup, related: ReadonlyMap<string, number>): number | null {
  let least = Number.POSITIVE_INFINITY;
  for (const cwe of cwes) {
    const distance = related.get(cwe);
    if (distance === undefined) return null;
    least = Math.min(least, distance);
  }
  return least;
}

/** How far the nearest member's lines are from those of the claim. */
function apart({ claims }: OpenGroup, { startLine, endLine }: Candidate): number {
  let least = Number.POSITIVE_INFINITY;
  for (const member of claims) least = Math.min(least, Math.abs(member.startLine - startLine) + Math.abs(member.endLine - endLine));
  return least;
}

function placeOf({ byModel }: OpenGroup, modelId: string): Place {
  const place = byModel.get(modelId) ?? everywhere();
  byModel.set(modelId, place);
  return place;
}

const everywhere = (): Place => ({ lastStart: Number.NEGATIVE_INFINITY, firstEnd: Number.POSITIVE_INFINITY });

function narrow(place: Place, { startLine, endLine }: Candidate): void {
  place.lastStart = Math.max(place.lastStart, startLine);
  place.firstEnd = Math.min(place.firstEnd, endLine);
}
