import { createHash } from 'node:crypto';
import { groupBy } from '#lib/group-by.ts';
import type { Chunk } from '#model/chunk.ts';
import { groupingKey } from './grouping-key.ts';

/**
 * Most estimated tokens of code that files share a chunk with. Groups are three fifths full on average: so the code is
 * three times the instructions, and one edited file of fifty brings one or two others with it (`npm run bench`).
 */
export const SHARED_TOKENS = 2_600;

/** What a prompt says of one more language, tokens. */
const LANGUAGE_TOKENS = 100;

interface Keyed {
  readonly key: string;
  readonly chunk: Chunk;
}

/**
 * Puts chunks of one small file each together, so that few prompts repeat the instructions. All of them are one group
 * at first; a group that is too large parts in two by the first bit in which its keys differ, and so do its parts. The
 * bits come from the paths, so nothing that happens to a file moves a border between others: what changes is the
 * group that holds it, which parts, or is joined by the one beside it. Every other group stays as it was.
 */
export function joinSmall(chunks: readonly Chunk[], tokens: number): Chunk[] {
  const most = Math.min(SHARED_TOKENS, tokens);
  const named = groupBy(chunks, pathOf);
  // A claim names its file by the path: a path that the change has twice stands in no chunk twice.
  const shares = (chunk: Chunk) => chunk.tokens <= most && named.get(pathOf(chunk))?.length === 1;
  const keyed = chunks
    .filter(shares)
    .map((chunk): Keyed => ({ key: chunk.files.map(groupingKey).join(''), chunk }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return [...chunks.filter((chunk) => !shares(chunk)), ...part(keyed, most)];
}

function part(group: readonly Keyed[], most: number): Chunk[] {
  const chunks = group.map(({ chunk }) => chunk);
  if (chunks.length < 2) return chunks;
  if (sizeOf(chunks) <= most) return [join(chunks)];
  const border = findBorder(group);
  return [...part(group.slice(0, border), most), ...part(group.slice(border), most)];
}

/** Tokens of code, and of what a prompt must say besides when files of several languages share it. */
function sizeOf(chunks: readonly Chunk[]): number {
  const languages = new Set(chunks.flatMap(({ files }) => files.map(({ language }) => language)));
  return chunks.reduce((sum, { tokens }) => sum + tokens, (languages.size - 1) * LANGUAGE_TOKENS);
}

/** Where a sorted group parts: at the first file with a 1 in the first bit that is not the same in all. */
function findBorder(group: readonly Keyed[]): number {
  const [first, last] = [group[0]?.key ?? '', group.at(-1)?.key ?? ''];
  const bit = [...last].findIndex((value, at) => value !== first[at]);
  return group.findIndex(({ key }) => key[bit] === '1');
}

function join(chunks: readonly Chunk[]): Chunk {
  const inOrder = chunks.toSorted((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  return {
    id: createHash('sha256')
      .update(inOrder.map(({ id }) => id).join('\n'))
      .digest('hex'),
    files: inOrder.flatMap(({ files }) => files),
    tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0),
    risk: Math.max(...chunks.map(({ risk }) => risk)),
  };
}

const pathOf = ({ files: [file] }: Chunk) => file?.path ?? '';
