import { isBinary } from './git-objects.ts';
import type { Caller } from './operation.ts';
import { listThreads, mutateThread } from './review-threads.ts';
import type { FakeState } from './state.ts';

/** GitHub cuts the text of a blob in GraphQL: https://docs.github.com/graphql/reference/objects#blob (`isTruncated`). */
const MAX_TEXT = 512_000;

/** Answers what Aegis asks: aliased `object(expression: $variable)` of a repository, and the threads of a pull request. */
export function answerGraphql(
  state: FakeState,
  caller: Caller,
  { query = '', variables = {} }: { query?: string; variables?: Record<string, string> },
): unknown {
  if (/\bviewer\s*\{/.test(query)) return { data: { viewer: { login: caller.account.login } } };
  const mutated = mutateThread(state, caller, query, variables);
  if (mutated !== null) return mutated;
  if (query.includes('reviewThreads(')) return listThreads(state, query, variables);
  const repository = state.repositories.get(`${variables['owner']}/${variables['repo']}`);
  if (repository === undefined) {
    return {
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', path: ['repository'], message: 'Could not resolve to a Repository' }],
    };
  }
  const objects = [...query.matchAll(/(\w+):\s*object\(expression:\s*\$(\w+)\)/g)].map(([, alias = '', variable = '']) => {
    const expression = variables[variable] ?? '';
    const colon = expression.indexOf(':');
    const commit = repository.commits.get(expression.slice(0, colon));
    const path = expression.slice(colon + 1);
    const entry = commit?.entries.get(path);
    if (entry?.type === 'commit') return [alias, { __typename: 'Commit', oid: entry.sha }];
    if (entry === undefined) {
      const folder = [...(commit?.entries.keys() ?? [])].some((name) => name.startsWith(`${path}/`));
      return [alias, folder ? { __typename: 'Tree', oid: 'f'.repeat(40) } : null];
    }
    const binary = isBinary(entry.bytes);
    const text = binary ? null : entry.bytes.toString();
    const cut = text !== null && text.length > MAX_TEXT;
    const node = {
      __typename: 'Blob',
      oid: entry.sha,
      isBinary: binary,
      isTruncated: cut,
      byteSize: entry.bytes.length,
      text: text?.slice(0, MAX_TEXT) ?? null,
    };
    return [alias, node];
  });
  return { data: { repository: Object.fromEntries(objects) } };
}
