import type { Expression, FunctionCode } from '#syntax/code.ts';
import { taintedBy, UNKNOWN, type Value } from './value.ts';

/** Where Express, Fastify, restify and their kind take a handler: `app.get('/u', handler)`, `router.route('/u').get(handler)`. */
const ROUTE =
  /^((this|self)\.)?(_?app|_?router|server|fastify|\w+Router)(\.route\(\))?\.(get|post|put|patch|delete|del|all|use|options|head)$/;
/** Names by which the engine already knows the request, the response and the context: nothing better can be said of them. */
const KNOWN = /^(_?req|request|httpRequest|incomingMessage|_?res|resp|response|reply|ctx|context|c|event|evt|next|err|error|e)$/;
/** Of a map or a socket of that name, the callback's arguments have none of these. */
const FIELDS = ['query', 'body', 'params', 'headers', 'cookies'];

/**
 * What is known of the parameters of a function that is given to a route, whatever their names: the request, and the
 * response after it. Handlers of errors, which have four parameters, take the error first. Null where it is no handler.
 */
export function handlerHints(path: string, fn: FunctionCode): readonly (Value | undefined)[] | null {
  const { length } = fn.params;
  if (!ROUTE.test(path) || length < 2 || length > 4) return null;
  const at = length === 4 ? 1 : 0;
  const [request, response] = [targetOf(fn, at), targetOf(fn, at + 1)];
  const hints: (Value | undefined)[] = [];
  hints[at] = hintFor(request, requestNamed, { ...UNKNOWN, ref: 'req' });
  hints[at + 1] = hintFor(response, () => ({ ...UNKNOWN, ref: 'res' }), undefined);
  return hints;
}

function targetOf(fn: FunctionCode, index: number): Expression | undefined {
  const param = fn.params[index];
  return param?.kind === 'assign' ? param.target : param;
}

function hintFor(target: Expression | undefined, known: (name: string) => Value, apart: Value | undefined): Value | undefined {
  if (target?.kind === 'object') return apart;
  return target?.kind === 'name' && !KNOWN.test(target.name) ? known(target.name) : undefined;
}

function requestNamed(name: string): Value {
  const fields = FIELDS.map((field) => {
    const path = `${name}.${field}`;
    return [field, taintedBy({ kind: 'request', text: path, path, owner: null, index: 0 })] as const;
  });
  return { ...UNKNOWN, fields: new Map(fields) };
}
