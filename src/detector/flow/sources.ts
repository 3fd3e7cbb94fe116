import type { Dialect } from '#syntax/code.ts';
import type { SourceKind } from './value.ts';

interface SourcePattern {
  readonly kind: SourceKind;
  readonly pattern: RegExp;
}

const REQUEST_FIELDS =
  'query|body|params|headers|cookies|url|originalUrl|rawBody|files|file|queryStringParameters|pathParameters|rawHeaders|rawQuery|search|querystring|nextUrl';

/** How frameworks hand over what strangers send. Matched against the dotted path of an expression. */
const JAVASCRIPT: readonly SourcePattern[] = [
  {
    kind: 'request',
    pattern: new RegExp(
      `^((this|self|ctx|context|c|args|options|opts|event|http|koa)\\.)?(req|request|_req|httpRequest|incomingMessage)\\.(${REQUEST_FIELDS})$`,
    ),
  },
  { kind: 'request', pattern: /^(ctx|context)\.(query|params|querystring|originalUrl|url)$/ },
  {
    kind: 'request',
    pattern:
      /^(event|evt|_event)\.(body|queryStringParameters|multiValueQueryStringParameters|pathParameters|headers|rawPath|rawQueryString)$/,
  },
  { kind: 'cli', pattern: /^process\.argv$/ },
  { kind: 'browser', pattern: /^((window|document|self|globalThis|top|parent)\.)?location\.(hash|search|href|pathname)$/ },
  { kind: 'browser', pattern: /^document\.(URL|documentURI|referrer|baseURI)$/ },
  { kind: 'browser', pattern: /^window\.name$/ },
];

const PYTHON: readonly SourcePattern[] = [
  {
    kind: 'request',
    pattern:
      /^((self|cls|flask|bottle|ctx|info\.context)\.)?(request\.(args|form|values|json|data|cookies|headers|files|GET|POST|META|FILES|COOKIES|query_params|path_params|query_string|body|query|params|match_info|forms|url|full_path|stream|raw_data)|req\.(args|form|GET|POST|params|media|query_params|cookies))$/,
  },
  { kind: 'cli', pattern: /^sys\.argv$/ },
];

/** Calls that return what strangers send. */
const CALLS: Record<Dialect, readonly SourcePattern[]> = {
  javascript: [
    {
      kind: 'request',
      pattern: /^(req|request|ctx\.request|c\.req|ctx|ctx\.req)\.(param|header|query|get|json|text|formData|queries|parseBody|body)$/,
    },
    { kind: 'browser', pattern: /^(window\.)?prompt$/ },
  ],
  python: [
    { kind: 'request', pattern: /^((self|flask)\.)?request\.(get_json|get_data|json|body|form|get_argument|post|text|read)$/ },
    { kind: 'request', pattern: /^self\.(get_argument|get_query_argument|get_body_argument|get_arguments|rfile\.read)$/ },
    { kind: 'cli', pattern: /^(input|raw_input)$/ },
  ],
};

export function sourceOfPath(path: string, dialect: Dialect): SourceKind | null {
  return find(dialect === 'javascript' ? JAVASCRIPT : PYTHON, path);
}

export function sourceOfCall(path: string, dialect: Dialect): SourceKind | null {
  return find(CALLS[dialect], path);
}

function find(patterns: readonly SourcePattern[], path: string): SourceKind | null {
  if (path.length > 80) return null;
  return patterns.find(({ pattern }) => pattern.test(path))?.kind ?? null;
}

/** Parameters that carry machinery, not text: connections, callbacks, the object itself. */
export const PLAIN_PARAMETER =
  /^(_+|this|self|cls|req|request|res|response|reply|ctx|context|next|cb|callback|done|fn|err|error|e|ev|evt|event|resolve|reject|db|conn|connection|client|cursor|session|app|server|socket|logger|log|config|settings|schema|state|store|dispatch|props|t|i18n|transaction|tx|trx|knex|pool)$/;

/** Decorators that bind a function to a route: its parameters come from the address. */
export const ROUTE_DECORATOR = /(^|\.)(route|get|post|put|patch|delete|head|websocket|api_route|expose|endpoint|view_config)$/;
/** Names of what is injected into such a function instead. */
export const REQUEST_OBJECT = /^(request|req|self|cls|db|session|background_tasks|response|current_user|user|settings|service|websocket)$/;
