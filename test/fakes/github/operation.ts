import { notFound } from './refusal.ts';
import type { Account, FakePull, FakeRepository, FakeState } from './state.ts';

/** Who asks: an installation (or the App itself, by its JWT). */
export interface Caller {
  readonly kind: 'app' | 'installation';
  readonly account: Account;
}

/** One request, checked against GitHub's OpenAPI description. */
export interface Asked {
  readonly state: FakeState;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: the body was validated against the description of its route.
  readonly body: any;
  /** `http://127.0.0.1:PORT/api/v3` */
  readonly url: string;
}

/** `list` is paged by the server; `body` is sent as it is. */
export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  | { list: readonly unknown[]; wrap?: (page: readonly unknown[], total: number) => unknown };
export type Operation = (asked: Asked) => Answer;

export function repositoryIn({ state, params }: Asked): FakeRepository {
  const found = state.repositories.get(`${params['owner']}/${params['repo']}`);
  if (found === undefined) throw notFound();
  return found;
}

export function pullIn(asked: Asked): FakePull {
  const found = repositoryIn(asked).pulls.get(Number(asked.params['pull_number'] ?? asked.params['issue_number']));
  if (found === undefined) throw notFound();
  return found;
}

export function userOf(account: Account) {
  return { login: account.login, id: 1, type: account.type };
}
