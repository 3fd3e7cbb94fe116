import type { Route } from './routes.ts';

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#calculating-points-for-the-secondary-rate-limit */
const POINTS = { read: 1, write: 5 };

/** Points that may be used within a minute (same page): 900 for REST. GraphQL has 2,000 of its own; one count for both is on the safe side. */
export const POINTS_A_MINUTE = 900;

/** What a request means for limits, and whether it may be sent a second time when nobody knows what became of the first. */
export interface RequestKind {
  readonly points: number;
  /** It makes content that people are told of. */
  readonly creates: boolean;
  /** Sent twice, it does what it does once. */
  readonly repeatable: boolean;
}

export function kindOfRequest(route: Route, parameters: Readonly<Record<string, unknown>>): RequestKind {
  const [method = ''] = route.split(' ', 1);
  return {
    points: method === 'GET' ? POINTS.read : POINTS.write,
    creates: /^POST .*\/(comments|replies|reviews|check-runs)$/.test(route),
    repeatable: method === 'GET' || (method === 'POST' ? isReplacing(route) : !appendsAnnotations(route, parameters)),
  };
}

/** The mutations that Aegis asks for set a state. */
export function kindOfQuery(query: string): RequestKind {
  return { points: query.trimStart().startsWith('mutation') ? POINTS.write : POINTS.read, creates: false, repeatable: true };
}

/** Of two uploads for one commit and category the later one counts; a second reaction of a kind is the first. */
function isReplacing(route: Route): boolean {
  return route.endsWith('/code-scanning/sarifs') || route.endsWith('/reactions');
}

/** https://docs.github.com/rest/checks/runs#update-a-check-run: annotations of further requests are added to those that are there. */
function appendsAnnotations(route: Route, { output }: Readonly<Record<string, unknown>>): boolean {
  if (!route.startsWith('PATCH ') || !route.includes('/check-runs/')) return false;
  return typeof output === 'object' && output !== null && 'annotations' in output;
}
