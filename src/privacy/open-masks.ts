import { setImmediate } from 'node:timers/promises';
import type { Chunk, ChunkFile } from '#model/chunk.ts';
import type { Definition } from '#model/definition.ts';
import type { Finding } from '#model/finding.ts';
import type { InlineIgnore } from '#model/lifecycle.ts';
import type { JudgeCase } from '#model/verdict.ts';
import { findKnownTokens } from './find-known-tokens.ts';
import { findSecrets } from './find-secrets.ts';
import { maskChunk } from './mask-chunk.ts';
import { maskFinding } from './mask-finding.ts';
import { type MaskText, maskKnown, maskWords } from './mask-text.ts';

/** What of a review may leave the owner's machines. What holds no secret is given back as it is. */
export interface Masks {
  chunk(chunk: Chunk): Chunk;
  /** A definition that was looked up, wherever it stands. */
  definition(definition: Definition): Promise<Definition>;
  case(one: JudgeCase): JudgeCase;
  finding(finding: Finding): Finding;
  /** A line of code, or words about it. */
  words(text: string): string;
}

/** Nothing is masked. */
const OPEN: Masks = {
  chunk: (chunk) => chunk,
  definition: async (definition) => definition,
  case: (one) => one,
  finding: (finding) => finding,
  words: (text) => text,
};

/**
 * Prepares the masking of what chunks show. The secrets are looked for when the masks are asked for first: a review by
 * local models alone that finds nothing never does.
 */
export function openMasks(chunks: readonly Chunk[], { maskSecrets }: { readonly maskSecrets: boolean }): () => Promise<Masks> {
  let masks: Promise<Masks> | undefined;
  return async () => {
    masks ??= maskSecrets ? learnSecrets(chunks).then(createMasks) : Promise.resolve(OPEN);
    return await masks;
  };
}

/** Findings as they may be published. */
export async function maskFindings(findings: readonly Finding[], masks: () => Promise<Masks>): Promise<readonly Finding[]> {
  if (findings.length === 0) return findings;
  const { finding } = await masks();
  return findings.map(finding);
}

/** Comments in the code as they may be published. */
export async function maskReasons(ignores: readonly InlineIgnore[], masks: () => Promise<Masks>): Promise<readonly InlineIgnore[]> {
  if (ignores.length === 0) return ignores;
  const { words } = await masks();
  return ignores.map((ignore) => ({ ...ignore, cwes: ignore.cwes.map(words), reason: words(ignore.reason) }));
}

async function learnSecrets(chunks: readonly Chunk[]): Promise<ReadonlySet<string>> {
  const secrets = new Set<string>();
  const texts = new Set(chunks.flatMap(({ files }) => files.flatMap(textsOf)));
  for (const text of texts) {
    // Between two texts, timers and signals have their turn.
    await setImmediate();
    for (const secret of findSecrets(text)) secrets.add(secret);
  }
  for (const token of await findKnownTokens([...texts].join('\n\n'))) secrets.add(token);
  return secrets;
}

/** Each side of a file as far as it is known. */
function textsOf({ text, hunks, surroundings, instructions = [] }: ChunkFile): readonly string[] {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const side = (mark: 'added' | 'removed') =>
    lines.flatMap((line) => (line.mark === mark || line.mark === 'context' ? line.text : [])).join('\n');
  const fresh =
    text === null ? [...instructions, side('added'), surroundings.map((line) => line.text).join('\n')] : [...instructions, text];
  return lines.some(({ mark }) => mark === 'removed') ? [...fresh, side('removed')] : fresh;
}

function createMasks(secrets: ReadonlySet<string>): Masks {
  const code = maskKnown(secrets);
  const words = maskWords(secrets);
  const seen = new WeakMap<Chunk, Chunk>();
  return {
    chunk(chunk) {
      const masked = seen.get(chunk) ?? maskChunk(chunk, code, secrets);
      seen.set(chunk, masked);
      return masked;
    },
    async definition(definition) {
      const foreign: MaskText = maskWords(await findKnownTokens(definition.text));
      return { ...definition, text: foreign(code(definition.text)) };
    },
    case: (one) => ({ ...one, message: words(one.message) }),
    finding: (finding) => maskFinding(finding, words),
    words,
  };
}
