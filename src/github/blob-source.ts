import pLimit from 'p-limit';
import { z } from 'zod';
import { callGitHub, type GitHubClient, queryGitHub } from './client.ts';
import { decodeText } from './decode-text.ts';
import { isFault } from './host-error.ts';

/** A file of one revision: `rev` is a commit's SHA. */
export interface Place {
  readonly rev: string;
  readonly path: string;
}

/** What stands at a place. `oid` is the SHA of the content, null where GitHub did not tell it. */
export type Blob =
  | { readonly kind: 'text'; readonly oid: string | null; readonly text: string }
  | { readonly kind: 'binary' | 'submodule'; readonly oid: string | null }
  | { readonly kind: 'absent' }
  /** It is there, or may be, but its text could not be had: why, as one clause. */
  | { readonly kind: 'unknown'; readonly oid: string | null; readonly reason: string };

export interface BlobSource {
  /** Reads many files; the answers stand in the order of `places`. Never throws: a fault is an `unknown` blob. */
  fetch(places: readonly Place[]): Promise<readonly Blob[]>;
}

/** Files in one GraphQL query. GitHub counts nodes, not aliases; 50 keeps an answer of text within a few megabytes. */
const BATCH = 50;

/** Single requests in flight at once; GitHub's secondary limit is 100 for everything together. */
const CONCURRENCY = 6;

/**
 * Reads file contents of one repository: many in one GraphQL query, and one by one over REST where GraphQL is not
 * to be had or cut a text short. Commits of forks are found through the base repository, whose network shares them.
 * `maxBytes` bounds one file.
 */
export function createBlobSource(
  client: GitHubClient,
  repository: { readonly owner: string; readonly repo: string },
  maxBytes: number,
): BlobSource {
  const limit = pLimit(CONCURRENCY);
  // A server without GraphQL, or a token that may not use it, answers the second query as it did the first.
  let graphqlWorks = true;

  async function fetchBatch(places: readonly Place[]): Promise<readonly Blob[]> {
    const nodes = graphqlWorks ? await queryNodes(client, repository, places) : null;
    if (nodes === null) graphqlWorks = false;
    return Promise.all(places.map((place, index) => limit(() => resolve(place, nodes === null ? undefined : (nodes[index] ?? null)))));
  }

  async function resolve(place: Place, node: Node | null | undefined): Promise<Blob> {
    try {
      if (node === undefined) return await readContents(client, repository, place, maxBytes);
      if (node === null || node.__typename === 'Tree') return { kind: 'absent' };
      if (node.__typename === 'Commit') return { kind: 'submodule', oid: node.oid };
      if (node.isBinary === true) return { kind: 'binary', oid: node.oid };
      if ((node.byteSize ?? 0) > maxBytes) return tooLarge(node.oid, maxBytes);
      if (typeof node.text === 'string' && node.isTruncated !== true) return { kind: 'text', oid: node.oid, text: node.text };
      return await readGitBlob(client, repository, node.oid);
    } catch (error) {
      return { kind: 'unknown', oid: node?.oid ?? null, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    async fetch(places) {
      const blobs: Blob[] = [];
      for (let start = 0; start < places.length; start += BATCH) blobs.push(...(await fetchBatch(places.slice(start, start + BATCH))));
      return blobs;
    },
  };
}

const nodeSchema = z.object({
  __typename: z.string(),
  oid: z.string(),
  isBinary: z.boolean().nullish(),
  isTruncated: z.boolean().nullish(),
  byteSize: z.number().nullish(),
  text: z.string().nullish(),
});
type Node = z.infer<typeof nodeSchema>;

/** Null where GraphQL is not to be had. Paths travel as variables: they come from strangers. */
async function queryNodes(
  client: GitHubClient,
  { owner, repo }: { readonly owner: string; readonly repo: string },
  places: readonly Place[],
): Promise<readonly (Node | null)[] | null> {
  const names = places.map((_, index) => `e${index}`);
  const query = `query($owner: String!, $repo: String!, ${names.map((name) => `$${name}: String!`).join(', ')}) {
  repository(owner: $owner, name: $repo) {
    ${names.map((name, index) => `f${index}: object(expression: $${name}) { __typename oid ... on Blob { isBinary isTruncated byteSize text } }`).join('\n    ')}
  }
}`;
  const variables = Object.fromEntries(places.map(({ rev, path }, index) => [`e${index}`, `${rev}:${path}`]));
  const schema = z.object({ repository: z.record(z.string(), nodeSchema.nullable()) });
  try {
    const { repository } = await queryGitHub(client, query, { owner, repo, ...variables }, schema);
    return names.map((_, index) => repository[`f${index}`] ?? null);
  } catch {
    return null;
  }
}

const contentsSchema = z.union([
  z.array(z.unknown()),
  z.object({ type: z.string(), sha: z.string(), size: z.number(), encoding: z.string().nullish(), content: z.string().nullish() }),
]);

/** Over REST. Contents of more than 1 MB come without their text: https://docs.github.com/rest/repos/contents */
async function readContents(
  client: GitHubClient,
  repository: { readonly owner: string; readonly repo: string },
  { rev, path }: Place,
  maxBytes: number,
): Promise<Blob> {
  const route = 'GET /repos/{owner}/{repo}/contents/{path}';
  const found = await callGitHub(client, route, { ...repository, path, ref: rev }, contentsSchema).catch((error: unknown) => {
    if (isFault(error, 'not-found')) return null;
    throw error;
  });
  if (found === null || Array.isArray(found)) return { kind: 'absent' };
  if (found.type === 'submodule') return { kind: 'submodule', oid: found.sha };
  if (found.size > maxBytes) return tooLarge(found.sha, maxBytes);
  if (found.encoding === 'base64' && typeof found.content === 'string') return decode(found.sha, found.content);
  return readGitBlob(client, repository, found.sha);
}

const gitBlobSchema = z.object({ content: z.string(), encoding: z.literal('base64') });

async function readGitBlob(
  client: GitHubClient,
  repository: { readonly owner: string; readonly repo: string },
  oid: string,
): Promise<Blob> {
  const route = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';
  const { content } = await callGitHub(client, route, { ...repository, file_sha: oid }, gitBlobSchema);
  return decode(oid, content);
}

function decode(oid: string, base64: string): Blob {
  const text = decodeText(Buffer.from(base64, 'base64'));
  return text === null ? { kind: 'binary', oid } : { kind: 'text', oid, text };
}

function tooLarge(oid: string, maxBytes: number): Blob {
  return { kind: 'unknown', oid, reason: `it is larger than ${Math.round(maxBytes / 1_000_000)} MB` };
}
