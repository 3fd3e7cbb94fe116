import { gzipSync } from 'node:zlib';
import { z } from 'zod';

/** https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning#file-limits */
const MAX_PACKED_BYTES = 10_000_000;
const MAX_RUNS = 20;
const MAX_RESULTS = 25_000;

/** A result is longer than this: a file below so many characters for each cannot hold too many. */
const SHORTEST_RESULT = 40;

/** A file that GitHub takes, gzipped. `left`: what had to be left out, as one clause; null: nothing. */
export type FittedSarif = { readonly packed: Buffer; readonly left: string | null } | { readonly packed: null; readonly left: string };

const fileSchema = z.looseObject({
  runs: z.array(z.looseObject({ results: z.array(z.looseObject({ level: z.string().nullish() })).nullish() })),
});
type File = z.infer<typeof fileSchema>;
type Result = NonNullable<File['runs'][number]['results']>[number];

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html#_Toc34317648: a missing level means `warning`. */
const LEVELS = ['error', 'warning', 'note', 'none'];

/** Cuts a SARIF file down to what GitHub takes. Results of lower levels go first, and of one level the later ones. */
export function fitSarif(text: string): FittedSarif {
  let packed = gzipSync(text);
  if (text.length < MAX_RESULTS * SHORTEST_RESULT && packed.length <= MAX_PACKED_BYTES) return { packed, left: null };
  const file = fileSchema.safeParse(JSON.parse(text)).data;
  if (file === undefined) return packed.length <= MAX_PACKED_BYTES ? { packed, left: null } : { packed: null, left: TOO_LARGE };
  const whole = countResults(file);
  let most = MAX_RESULTS;
  let fitted = cut(file, most);
  if (countResults(fitted) < whole) packed = gzipSync(JSON.stringify(fitted));
  while (packed.length > MAX_PACKED_BYTES && Math.min(most, whole) > 1) {
    most = Math.floor(Math.min(most, whole) / 2);
    fitted = cut(file, most);
    packed = gzipSync(JSON.stringify(fitted));
  }
  if (packed.length > MAX_PACKED_BYTES) return { packed: null, left: TOO_LARGE };
  const left = whole - countResults(fitted);
  return {
    packed,
    left: left === 0 ? null : `GitHub takes no more, and ${left} of ${whole} results were left out, the least severe first`,
  };
}

const TOO_LARGE = 'the file is larger than the 10 MB that GitHub takes';

function cut(file: File, most: number): File {
  return { ...file, runs: file.runs.slice(0, MAX_RUNS).map((run) => (run.results ? { ...run, results: worst(run.results, most) } : run)) };
}

/** The worst of them, in the order in which they stand. */
function worst(results: readonly Result[], most: number): Result[] {
  if (results.length <= most) return [...results];
  const ranked = results.map(({ level }, index) => ({ index, rank: LEVELS.indexOf(level ?? 'warning') }));
  const kept = new Set(
    ranked
      .sort((a, b) => a.rank - b.rank || a.index - b.index)
      .slice(0, most)
      .map(({ index }) => index),
  );
  return results.filter((_, index) => kept.has(index));
}

function countResults({ runs }: File): number {
  return runs.reduce((sum, { results }) => sum + (results?.length ?? 0), 0);
}
