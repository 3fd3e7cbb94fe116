import { type Operation, repositoryIn } from './operation.ts';
import { notFound } from './refusal.ts';

/** The four words of `permission`; a role beyond them stands in `role_name`. */
const LEGACY: Readonly<Record<string, string>> = { maintain: 'write', triage: 'read' };

/** Who may do what. An account without an entry reads, as everybody does in a public repository; `ghost` is no account. */
export const collaboratorOperations: Readonly<Record<string, Operation>> = {
  'repos/get-collaborator-permission-level': (asked) => {
    const login = asked.params['username'] ?? '';
    const { permissions } = repositoryIn(asked);
    if (login === 'ghost') throw notFound();
    const role = permissions.get(login) ?? 'read';
    return { status: 200, body: { permission: LEGACY[role] ?? role, role_name: role, user: { login, id: 1, type: 'User' } } };
  },
};
