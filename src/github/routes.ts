/** A permission of a GitHub App, as `app.yml` names it. `jwt`: the App itself asks, no permission is involved. */
export interface RouteNeed {
  readonly permission: 'metadata' | 'contents' | 'pull_requests' | 'checks' | 'security_events' | 'jwt';
  readonly access: 'read' | 'write';
}

const need = (permission: RouteNeed['permission'], access: RouteNeed['access']): RouteNeed => ({ permission, access });

/**
 * Every route that Aegis calls, with the permission that GitHub asks for it. A request to a route that is not listed
 * does not compile, and a test compares the list with `app.yml`.
 * Source: https://docs.github.com/rest/authentication/permissions-required-for-github-apps
 * (comments on a pull request's conversation, and reactions to them, take `pull_requests` in place of `issues`).
 */
export const ROUTES = {
  'GET /app': need('jwt', 'read'),
  'GET /app/hook/deliveries': need('jwt', 'read'),
  'POST /app/hook/deliveries/{delivery_id}/attempts': need('jwt', 'write'),
  'POST /graphql': need('contents', 'read'),
  'GET /repos/{owner}/{repo}': need('metadata', 'read'),
  'GET /repos/{owner}/{repo}/pulls': need('pull_requests', 'read'),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': need('pull_requests', 'read'),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': need('pull_requests', 'read'),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': need('pull_requests', 'read'),
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews': need('pull_requests', 'write'),
  'DELETE /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}': need('pull_requests', 'write'),
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals': need('pull_requests', 'write'),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments': need('pull_requests', 'read'),
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments': need('pull_requests', 'write'),
  'PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}': need('pull_requests', 'write'),
  'GET /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions': need('pull_requests', 'read'),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': need('pull_requests', 'read'),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': need('pull_requests', 'write'),
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': need('pull_requests', 'write'),
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies': need('pull_requests', 'write'),
  'POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions': need('pull_requests', 'write'),
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': need('pull_requests', 'write'),
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': need('metadata', 'read'),
  'GET /repos/{owner}/{repo}/compare/{basehead}': need('contents', 'read'),
  'GET /repos/{owner}/{repo}/contents/{path}': need('contents', 'read'),
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': need('contents', 'read'),
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': need('contents', 'read'),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': need('checks', 'read'),
  'POST /repos/{owner}/{repo}/check-runs': need('checks', 'write'),
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': need('checks', 'write'),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': need('checks', 'read'),
  'POST /repos/{owner}/{repo}/code-scanning/sarifs': need('security_events', 'write'),
  'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}': need('security_events', 'read'),
} as const satisfies Readonly<Record<string, RouteNeed>>;

export type Route = keyof typeof ROUTES;

/**
 * Every mutation that Aegis asks of GraphQL. `optional`: what it does is given up without a word where it is refused.
 * Source: https://docs.github.com/graphql/reference/mutations, which is silent about the last two: that they ask for `contents` is
 * reported by the authors of several Apps. Aegis does not ask for it by default.
 */
export const MUTATION_NEEDS = {
  minimizeComment: { ...need('pull_requests', 'write'), optional: false },
  unminimizeComment: { ...need('pull_requests', 'write'), optional: false },
  resolveReviewThread: { ...need('contents', 'write'), optional: true },
  unresolveReviewThread: { ...need('contents', 'write'), optional: true },
} as const satisfies Readonly<Record<string, RouteNeed & { readonly optional: boolean }>>;

export type Mutation = keyof typeof MUTATION_NEEDS;
