import { cweName, cweParents } from '#lib/cwe.ts';

/**
 * Entries too wide to say that two claims mean the same: the ten pillars of the research view, and the two classes
 * under which nearly every injection stands. They are related to themselves only.
 * https://cwe.mitre.org/data/definitions/1000.html
 */
const TOO_WIDE: ReadonlySet<string> = new Set([20, 74, 284, 435, 664, 682, 691, 693, 697, 703, 707, 710].map((id) => `CWE-${id}`));

/**
 * Pairs that different tools and models use for one and the same line of code although the tree puts them apart.
 * Each was reviewed: a pair belongs here only where a reader would take two findings for one.
 */
const EQUIVALENT: readonly (readonly [number, number])[] = [
  [78, 88], // a command line built from input: as a shell command, or as an argument
  [22, 73], // a path from input: traversal, or external control of a file name
  [93, 117], // line breaks from input that end in a log
  [120, 121], // an unbounded copy: classic overflow, on the stack,
  [120, 122], // on the heap,
  [120, 787], // as an out-of-bounds write,
  [120, 676], // as use of a dangerous function,
  [120, 242], // as use of an inherently dangerous one
  [215, 489], // debug mode left on
  [259, 321], // a literal secret: password or key
  [326, 327], // weak cryptography: too short, or broken
  [346, 942], // a CORS policy that trusts any origin
  [400, 1333], // a slow regular expression: by effect, by cause
  [494, 829], // foreign code fetched without a check of what came
  [639, 862], // another user's object reached by its key
  [829, 1357], // an action or package that is not pinned
  [862, 863], // authorization that is missing, or that is wrong
];

const pairOf = (a: string, b: string) => [a, b].toSorted().join(' ');
const EQUIVALENT_PAIRS: ReadonlySet<string> = new Set(EQUIVALENT.map(([a, b]) => pairOf(`CWE-${a}`, `CWE-${b}`)));

const MAX_STEPS = 2;

/** What stands at most two steps above a weakness, along paths that avoid what is too wide, with the steps; itself with 0. */
function ancestorsOf(cwe: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let level = [cwe];
  for (let steps = 0; steps <= MAX_STEPS; steps += 1) {
    for (const one of level) if (!found.has(one)) found.set(one, steps);
    level = level.flatMap(cweParents).filter((parent) => !TOO_WIDE.has(parent));
  }
  return found;
}

/**
 * How far apart two CWEs are: 0 when equal, 1 or 2 for an ancestor and its descendant, 2 for a reviewed equivalent,
 * null when they are different weaknesses.
 */
export function cweDistance(a: string, b: string): number | null {
  if (a === b) return 0;
  if (TOO_WIDE.has(a) || TOO_WIDE.has(b)) return null;
  return ancestorsOf(a).get(b) ?? ancestorsOf(b).get(a) ?? (EQUIVALENT_PAIRS.has(pairOf(a, b)) ? MAX_STEPS : null);
}

/** `cweDistance` between all of these, for each its relatives among them, itself included. */
export function relateCwes(cwes: ReadonlySet<string>): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const relatives = new Map([...cwes].map((cwe) => [cwe, new Map([[cwe, 0]])]));
  const relate = (a: string, b: string) => {
    const distance = cweDistance(a, b);
    if (distance === null) return;
    relatives.get(a)?.set(b, distance);
    relatives.get(b)?.set(a, distance);
  };
  for (const cwe of cwes) for (const ancestor of ancestorsOf(cwe).keys()) if (cwes.has(ancestor)) relate(cwe, ancestor);
  for (const [a, b] of EQUIVALENT.map((pair) => pair.map((id) => `CWE-${id}`))) {
    if (a !== undefined && b !== undefined && cwes.has(a) && cwes.has(b)) relate(a, b);
  }
  return relatives;
}

/** True when two CWEs can name the same weakness. */
export function relatedCwes(a: string, b: string): boolean {
  return cweDistance(a, b) !== null;
}

/** True when `cwe` is `ancestor` or stands anywhere below it. */
export function isWithin(cwe: string, ancestor: string): boolean {
  return cwe === ancestor || cweParents(cwe).some((parent) => isWithin(parent, ancestor));
}

/** How specific a CWE is: its distance from the root along primary parents. 0 for a pillar, -1 for what is unknown. */
export function cweDepth(cwe: string): number {
  const [parent] = cweParents(cwe);
  if (parent !== undefined) return cweDepth(parent) + 1;
  return cweName(cwe) === null ? -1 : 0;
}

/**
 * The widest entry above a CWE, along primary parents, that is still narrow enough to mean something. It stays the
 * same when one scan says CWE-89 and the next CWE-564.
 */
export function weaknessFamily(cwe: string | null): string {
  if (cwe === null) return 'unclassified';
  const [parent] = cweParents(cwe);
  return parent === undefined || TOO_WIDE.has(parent) ? cwe : weaknessFamily(parent);
}
