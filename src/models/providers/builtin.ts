import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { detectWeaknesses } from '#detector/detect.ts';
import { detectInFragment } from '#detector/detect-fragment.ts';
import type { Claim } from '#model/candidate.ts';
import { type ChunkFile, shownLines } from '#model/chunk.ts';
import type { Language } from '#model/language.ts';
import type { ModelRequest, Provider, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';

type Detection = ReturnType<typeof detectWeaknesses>;

/**
 * Languages with rules of their own. Of style sheets, secrets are all that there is to find; in other files they are
 * looked for, too, which is not enough to say that those are covered.
 */
const COVERED: readonly Language[] = [
  'javascript',
  'typescript',
  'tsx',
  'python',
  'yaml',
  'json',
  'dockerfile',
  'lockfile',
  'ini',
  'toml',
  'html',
  'css',
  'shell',
  'terraform',
];

/** Files whose detection is kept, so that the chunks of one file share it. */
const KEPT_FILES = 64;

/** `builtin/patterns`: the detector of `src/detector/`, as a model like any other. */
export const builtin: Provider = {
  type: 'builtin',
  summary: 'Rules over syntax trees with data flow, in this process: no model, no network, no key.',
  models: ['patterns'],
  reads: () => 'chunk',
  defaults: () => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: { languages: [...COVERED] },
    timeoutMs: 60_000,
    family: 'builtin',
  }),
  concurrency: 1,
  settings: z.strictObject({}),
  cost: () => 'nothing',
  runsCode: false,
  endpoint: () => null,
  connect: () => {
    const detections = new Map<string, Detection>();
    return {
      call: (request, signal) => answer(request, signal, detections),
      health: async () => ({ available: true, detail: 'The built-in detector needs nothing but itself.' }),
      // Reading an answer from a disk takes longer than finding it again.
      identity: async () => null,
    };
  },
};

async function answer({ chunk }: ModelRequest, signal: AbortSignal, detections: Map<string, Detection>): Promise<Reply> {
  const findings: Claim[] = [];
  const unread: string[] = [];
  for (const file of chunk.files) {
    // The native trees of the file before are only let go of between two turns of the event loop; servers answer then, too.
    await setImmediate();
    if (signal.aborted)
      throw new ProviderError('cancelled', 'the built-in detector was stopped', { hint: 'Scan again.', cause: signal.reason });
    const detection = detect(file, detections);
    const shown = shownLines(file);
    findings.push(...detection.claims.filter((claim) => isShown(claim, shown)));
    if (detection.unread !== null) unread.push(`${file.path}: ${detection.unread}`);
  }
  // What was not looked at is a cut answer: the hunks count as partly reviewed.
  const finish = unread.length > 0 ? 'length' : 'complete';
  return {
    text: JSON.stringify({ findings }),
    finish,
    reason: unread.length > 0 ? unread.join('; ') : null,
    tokensIn: null,
    tokensOut: null,
  };
}

function isShown(claim: Claim, shown: ReadonlySet<number>): boolean {
  const start = claim.startLine ?? 0;
  for (let line = start; line <= (claim.endLine ?? start); line += 1) if (shown.has(line)) return true;
  return false;
}

/** The detection of a file, kept by its text: least recently used ones go first. */
function detect({ path, language, text, hunks, surroundings }: ChunkFile, detections: Map<string, Detection>): Detection {
  const lines = text === null ? knownLines(hunks, surroundings) : null;
  const key = `${path}\n${text ?? JSON.stringify(lines)}`;
  const detection =
    detections.get(key) ??
    (lines === null ? detectWeaknesses({ path, language, text: text ?? '' }) : detectInFragment({ path, language, lines }));
  detections.delete(key);
  detections.set(key, detection);
  const oldest = detections.size > KEPT_FILES ? detections.keys().next().value : undefined;
  if (oldest !== undefined) detections.delete(oldest);
  return detection;
}

/** What the diff shows of the new side, each line with its number. */
function knownLines(hunks: ChunkFile['hunks'], surroundings: ChunkFile['surroundings']): { line: number; text: string }[] {
  const known = new Map(surroundings.map(({ line, text }) => [line, text]));
  for (const hunk of hunks) for (const { newLine, text } of hunk.lines) if (newLine !== null) known.set(newLine, text);
  return [...known].map(([line, text]) => ({ line, text }));
}
