import { readFileSync } from 'node:fs';
import { splitByFile } from '#chunks/split-by-file.ts';
import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type ChangedFile, hunksOf } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import { cutChange } from '#pipeline/cut-change.ts';
import { showFile } from '#pipeline/prompts/show-file.ts';
import { deepScan } from '#pipeline/runners/deep-scan.ts';
import { outlineOf } from '#syntax/outline.ts';
import { makePlan, makeSeat } from '../test/fixtures/panel.ts';
import { FAMILIES, readPairs } from '../test/fixtures/read-pairs.ts';
import { changeOf, type MadeChange, makeFiftyFiles, type Sides } from './fifty-files.ts';

/** Most tokens of code in a prompt, as for a model with a window that is large enough. */
const CHUNK_TOKENS = 6_000;
const SEAT = makeSeat('simulated');
const ENDINGS: Readonly<Record<string, string>> = { javascript: 'js', typescript: 'ts', python: 'py', csharp: 'cs', ruby: 'rb' };

/** What a deep scan sends, in tokens as we estimate them. Nothing is called. */
interface Sent {
  readonly prompts: number;
  readonly tokens: number;
  /** Those of them that are not code of the change: instructions, form of the answer, fences. */
  readonly instructions: number;
}

/**
 * Tokens that a deep scan by one model sends for each changed line, and the share of our instructions, of three changes;
 * against a prompt for each file, and against the same files sent whole. Goal: instructions at most 25 % of fifty files.
 */
export async function benchTokens(): Promise<string[]> {
  const example = readFileSync(new URL('../examples/pull-request.diff', import.meta.url), 'utf8');
  return [
    await measure('fifty files', changeOf(makeFiftyFiles())),
    await measure('the pairs of the fixtures', changeOf(pairs())),
    await measure('examples/pull-request.diff', {
      change: { mode: 'change', files: parseUnifiedDiff(example), base: null, head: null },
      texts: null,
    }),
  ];
}

/** Each pair as a file that was mended before the change. */
function pairs(): Sides {
  const all = FAMILIES.flatMap((family) => readPairs(family).map((pair, at) => ({ ...pair, path: `${family.replace('.txt', '')}/${at}` })));
  return new Map(
    all.map(({ path, language, vulnerable, fixed }) => [`${path}.${ENDINGS[language] ?? language}`, { before: fixed, after: vulnerable }]),
  );
}

async function measure(
  name: string,
  { change, texts }: Omit<MadeChange, 'texts'> & { readonly texts: MadeChange['texts'] | null },
): Promise<string> {
  const chunks = await cut(change, texts);
  const changed = [...hunksOf(change)].flatMap(({ hunk }) => hunk.lines).filter(({ mark }) => mark !== 'context').length;
  const sent = send(chunks);
  const alone = send(chunks.flatMap(splitByFile));
  const whole = texts === null ? null : send(await cut({ ...change, mode: 'files', files: [...texts].map(wholeFile) }, texts));
  return [
    `${name} (${change.files.length} files, ${changed} changed lines): ${describe(sent, changed)}`,
    `a prompt for each file: ${describe(alone, changed)}, ${(sent.tokens / alone.tokens).toFixed(2)} times`,
    ...(whole === null ? [] : [`whole files: ${describe(whole, changed)}, ${(sent.tokens / whole.tokens).toFixed(2)} times`]),
  ].join('; ');
}

async function cut(change: MadeChange['change'], texts: MadeChange['texts'] | null): Promise<readonly Chunk[]> {
  const { chunks } = await cutChange(
    change,
    { ...makePlan([SEAT]), chunkTokens: CHUNK_TOKENS },
    {
      reader: { read: async (path) => texts?.get(path) ?? null, prefetch: async () => {} },
      outline: outlineOf,
      attributes: null,
      signal: new AbortController().signal,
    },
  );
  return chunks;
}

/** A file as `aegis scan` reads it: every line is an added one. */
function wholeFile([path, text]: readonly [string, string]): ChangedFile {
  const lines = text.split('\n').map((line, at) => ({ mark: 'added' as const, text: line, oldLine: null, newLine: at + 1 }));
  const hunk = { id: `${path}@0,1`, oldStart: 0, oldLines: 0, newStart: 1, newLines: lines.length, section: '', lines };
  return { path, oldPath: null, status: 'added', kind: 'text', oldMode: null, newMode: null, hunks: [hunk], missing: null };
}

function send(chunks: readonly Chunk[]): Sent {
  const prompts = chunks.map((chunk) => {
    const { messages } = deepScan.request(SEAT, { chunk, cases: [], finding: null }, { reads: 'prompt', fenceSecret: 'secret' });
    return { tokens: total(messages.map(({ content }) => content)), code: total(chunk.files.map(showFile)) };
  });
  const tokens = prompts.reduce((sum, prompt) => sum + prompt.tokens, 0);
  return { prompts: prompts.length, tokens, instructions: tokens - prompts.reduce((sum, prompt) => sum + prompt.code, 0) };
}

const total = (texts: readonly string[]) => texts.reduce((sum, text) => sum + estimateTokens(text), 0);

const describe = ({ prompts, tokens, instructions }: Sent, changed: number) =>
  `${prompts} prompts of ${tokens} tokens, ${(tokens / changed).toFixed(1)} a changed line, ${((100 * instructions) / tokens).toFixed(1)} % instructions`;
