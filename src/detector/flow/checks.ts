import { ALL, familyMask } from './family.ts';
import type { Clearing, Facts, Value } from './value.ts';

/** Predicates about a value's type or presence, or about the world: they do not make its text harmless. */
const NO_CHECK =
  /^(typeof|isString|isArray|isObject|isPlainObject|isFunction|isDefined|isUndefined|isNull|isNil|isNone|isEmpty|isBuffer|exists|existsSync|isfile|isdir|isFile|isDirectory|is_file|is_dir|callable|hasattr|issubclass|stat|statSync|access|accessSync|len|print|log|debug|isAbsolute|isabs|trim|strip|toLowerCase|lower|split|slice|get|length|isAuthenticated|isLoggedIn|push|append|parse|join|resolve|normalize|bool|Boolean|String|str)$/;

/** Predicates after which a value is a number or a word. */
const HARMLESS_KIND =
  /^(isNumber|isInteger|isSafeInteger|isFinite|isNaN|isBoolean|isdigit|isdecimal|isnumeric|isalnum|isalpha|isidentifier|isUUID|isUuid|isHexadecimal|isAlphanumeric|isInt|isMongoId)$/;

/** Names of functions that answer whether a value is acceptable. */
const PREDICATE =
  /^_?(is|are|has|can|valid|validate|check|verify|ensure|assert|allow|allowed|permit|permitted|match|matches|test|safe|accept|in|contains?|includes?|indexOf|lastIndexOf|some|every|find|startswith|startsWith|endswith|endsWith|exec|search|fullmatch|issubset|lookup|known|supports?|within|should|looks|must|deny|denied|block|blocked|forbid|reject|unsafe|require|guard|url_has)([A-Z_]\w*)?$|(Allowed|Valid|Safe|Whitelisted|Permitted|Match(es)?|Inside|Within|Exists|_allowed|_valid|_safe|_ok|_inside|_within|is_relative_to)$/;

/** Functions that bring something, or do something, and say nothing about what they are given. */
const LOOKUP =
  /^_?(find|get|load|fetch|query|read|create|save|update|delete|remove|open|exec|run|eval|send|write|require|import|set|add|make|build|render|execute|decode|encode|format|concat|escape|\$|on|use|log|warn|error|info)([A-Z_]\w*)?$/;

/** Functions that throw or answer an error themselves when a value is not acceptable. */
const THROWING =
  /^_?(assert|validate|check|ensure|verify|require|guard|reject|forbid|deny|enforce|restrict|raise_if|fail_if|abort_if|sanitize)([A-Z_]\w*)?$/;

/** Text methods that compare the receiver with a piece. */
const PIECE = /^(startsWith|startswith|endsWith|endswith|includes|indexOf|lastIndexOf|find|contains|is_relative_to)$/;

const NO_FACTS: Facts = { yes: [], no: [] };

function clearingsOf(value: Value, mask: number): Clearing[] {
  return mask === 0 ? [] : value.taints.map((taint) => ({ path: taint.source.path, mask }));
}

/** Facts that hold whatever the answer is: which answer is the good one is not known for most predicates. */
function eitherWay(clearings: readonly Clearing[]): Facts | null {
  return clearings.length === 0 ? null : { yes: clearings, no: clearings };
}

/** What a call in a condition says about its receiver and its arguments. */
export function factsOfCall(method: string, receiver: Value, args: readonly Value[]): Facts | null {
  if (NO_CHECK.test(method)) return null;
  const all = [...receiver.taints, ...args.flatMap((arg) => arg.taints)];
  if (all.length === 0 && !/^(any|all)$/.test(method)) return null;
  if (HARMLESS_KIND.test(method)) return eitherWay(all.map((taint) => ({ path: taint.source.path, mask: ALL })));
  if (PIECE.test(method) && receiver.taints.length > 0) return eitherWay(clearingsOf(receiver, maskOfPiece(args[0], method)));
  const pattern = receiver.regex ?? args.find((arg) => arg.regex !== null)?.regex ?? null;
  if (pattern !== null) return eitherWay(all.map((taint) => ({ path: taint.source.path, mask: maskOfPattern(pattern.source) })));
  if (/^(match|fullmatch|search)$/.test(method) && args[0]?.constant) {
    return eitherWay(
      all.map((taint) => ({
        path: taint.source.path,
        mask: method === 'fullmatch' ? ALL : maskOfPattern(args[0]?.text ?? '', method === 'match'),
      })),
    );
  }
  if (/^(any|all)$/.test(method)) return args[0]?.facts ?? null;
  // A function that is asked about one value, whatever its name: `if (rules.hostname(host))`.
  const asked = args.length === 1 && receiver.taints.length === 0 && !LOOKUP.test(method);
  return asked || PREDICATE.test(method) ? eitherWay(args.flatMap((arg) => clearingsOf(arg, ALL))) : null;
}

/** What holds after a call that stands alone: functions that throw when they do not like their argument. */
export function clearingsAfterCall(method: string, args: readonly Value[]): readonly Clearing[] {
  return THROWING.test(method) && !NO_CHECK.test(method) ? args.flatMap((arg) => clearingsOf(arg, ALL)) : [];
}

/** What a comparison says: a value equal to a known one is known; a lookup in a table of known keys is a check. */
export function factsOfComparison(op: string, left: Value, right: Value): Facts | null {
  if (op === 'in' || op === 'not in') {
    if (left.taints.length === 0) return right.taints.length > 0 ? eitherWay(clearingsOf(right, maskOfPiece(left, op))) : null;
    return eitherWay(clearingsOf(left, ALL));
  }
  const both = mergeFacts(left.facts, right.facts);
  const equal = op === '===' || op === '==';
  if (!equal && op !== '!==' && op !== '!=') return both;
  // A path compared with its own normal form.
  if (left.taints.length > 0 && right.taints.length > 0) return mergeFacts(both, eitherWay(clearingsOf(left, familyMask('path'))));
  const [unknown, known] = left.taints.length > 0 ? [left, right] : [right, left];
  if (unknown.taints.length === 0 || (known.constant && (known.text === '' || known.text === 'true' || known.text === 'false')))
    return both;
  const same = clearingsOf(unknown, ALL);
  return mergeFacts(both, equal ? { yes: same, no: [] } : { yes: [], no: same });
}

/** `typeof x === 'number'` and the like. */
export function factsOfType(op: string, operand: Value, type: string): Facts | null {
  const mask = /^(number|boolean|bigint)$/.test(type) ? ALL : type === 'string' ? familyMask('nosql') : 0;
  const clearings = clearingsOf(operand, mask);
  return op.startsWith('!') ? { yes: [], no: clearings } : { yes: clearings, no: [] };
}

function mergeFacts(a: Facts | null, b: Facts | null): Facts | null {
  if (a === null || b === null) return a ?? b;
  return { yes: [...a.yes, ...b.yes], no: [...a.no, ...b.no] };
}

/** `&&`: both hold where it is true. `||`: neither holds where it is false. */
export function factsOfLogic(op: string, left: Facts | null, right: Facts | null): Facts | null {
  const [a, b] = [left ?? NO_FACTS, right ?? NO_FACTS];
  if (op === '&&') return { yes: [...a.yes, ...b.yes], no: common(a.no, b.no) };
  if (op === '||') return { yes: common(a.yes, b.yes), no: [...a.no, ...b.no] };
  return null;
}

function common(a: readonly Clearing[], b: readonly Clearing[]): readonly Clearing[] {
  return a.flatMap((left) =>
    b.filter((right) => right.path === left.path).map((right) => ({ path: left.path, mask: left.mask & right.mask })),
  );
}

/** What a look for a piece of text tells. */
function maskOfPiece(piece: Value | undefined, method: string): number {
  if (piece === undefined) return 0;
  // Compared with something computed, such as the root folder or an allowed prefix.
  if (!piece.constant) return /^ends/i.test(method) ? familyMask('redirect', 'ssrf') : familyMask('path', 'ssrf', 'redirect');
  if (piece.text.includes('..') || piece.text === '\0') return familyMask('path');
  if (/[;&|`$<>"'\n]/.test(piece.text)) return familyMask('command', 'xss', 'sql');
  if (/^(https?:)?\/\/?|:/.test(piece.text)) return familyMask('ssrf', 'redirect');
  return piece.text.includes('__proto__') ? familyMask('pollution') : 0;
}

/** What a match with a regular expression tells. */
function maskOfPattern(source: string, fromStart = false): number {
  const anchored = (fromStart || source.startsWith('^') || source.startsWith('\\A')) && /(\$|\\Z)$/.test(source);
  if (anchored && !/(^|[^\\])\.[*+]/.test(source)) return ALL;
  if (source.includes('[^') || source.includes('\\W')) return ALL;
  let mask = 0;
  if (/\\\.\\\.|\\\.\{2|\.\./.test(source)) mask |= familyMask('path');
  if (/[;`&]|\\\||\\\$/.test(source)) mask |= familyMask('command');
  if (/['"]/.test(source)) mask |= familyMask('sql', 'command', 'xss');
  if (/[<>]/.test(source)) mask |= familyMask('xss');
  if (/^\^?\(?https?|^\^\\\//.test(source)) mask |= familyMask('ssrf', 'redirect');
  return mask;
}
