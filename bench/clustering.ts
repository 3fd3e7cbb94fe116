import { clusterCandidates } from '#consensus/cluster.ts';
import cwes from '#lib/cwe-table.json' with { type: 'json' };
import type { Candidate } from '#model/candidate.ts';
import { median, quantile } from './measure.ts';

const CLAIMS = 10_000;
const MODELS = 5;
const ALL_CWES = Object.keys(cwes).map((id) => `CWE-${id}`);
/** What detectors and models name most. */
const COMMON_CWES = [
  22, 77, 78, 79, 88, 89, 90, 94, 95, 200, 259, 287, 306, 321, 327, 328, 352, 502, 601, 611, 798, 862, 863, 918, 943,
].map((id) => `CWE-${id}`);

/** Numbers that look random and are the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

interface Spread {
  readonly name: string;
  readonly files: number;
  /** Lines of a file on which claims lie. */
  readonly lines: number;
  readonly cwes: readonly string[];
}

const SPREADS: readonly Spread[] = [
  { name: 'over 500 files', files: 500, lines: 40, cwes: COMMON_CWES },
  { name: 'in one file of 20,000 lines', files: 1, lines: 20_000, cwes: COMMON_CWES },
  { name: 'in one file, all of one CWE', files: 1, lines: 20_000, cwes: ['CWE-89'] },
  { name: `on ten lines, of ${ALL_CWES.length} CWEs`, files: 1, lines: 10, cwes: ALL_CWES },
  { name: 'on ten lines, of 25 CWEs', files: 1, lines: 10, cwes: COMMON_CWES },
];

function makeClaims({ files, lines, cwes: named }: Spread): Candidate[] {
  const roll = createDice(7);
  return Array.from({ length: CLAIMS }, (): Candidate => {
    const startLine = 1 + roll(lines);
    const endLine = startLine + (roll(4) === 0 ? roll(6) : 0);
    const path = `src/file-${roll(files)}.ts`;
    return {
      modelId: `model-${roll(MODELS)}`,
      role: 'deep_scan',
      chunkId: path,
      path,
      startLine,
      endLine,
      anchoredBy: 'evidence',
      named: { startLine, endLine },
      hunkId: `${path}@1,1`,
      cwe: roll(20) === 0 ? null : (named[roll(named.length)] ?? null),
      title: 'A weakness',
      severity: 'high',
      confidence: roll(100) / 100,
      message: `What comes from outside reaches a place where it does harm, by way ${roll(10_000)}.`,
      fix: null,
      evidence: `const rows = await db.query('SELECT * FROM items WHERE id = ' + id) // ${startLine}`,
    };
  });
}

/** How fast claims that mean the same weakness are found. Goal: 10,000 of them under 200 ms. */
export async function benchClustering(_folder: string, rounds = 15): Promise<string[]> {
  return SPREADS.map((spread) => {
    const claims = makeClaims(spread);
    let clusters = 0;
    const times = Array.from({ length: rounds }, () =>
      timed(() => {
        clusters = clusterCandidates(claims).length;
      }),
    );
    const baseline = median(Array.from({ length: rounds }, () => timed(() => JSON.stringify(claims))));
    const counted = `${CLAIMS.toLocaleString('en')} claims ${spread.name}, ${clusters.toLocaleString('en')} clusters`;
    const [usual, first, most] = [median(times), times[0] ?? 0, quantile(times, 0.95)];
    const told = `${usual.toFixed(0)} ms (first ${first.toFixed(0)} ms, 95 % under ${most.toFixed(0)} ms)`;
    return `clustering ${counted}: ${told}, ${(usual / baseline).toFixed(1)} times JSON.stringify of the claims`;
  });
}

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
