import { cleaningBy, cleaningByReplace } from './cleaning.ts';
import { ALL, familyMask } from './family.ts';
import { CONSTANT, clearTaints, concatenate, deepTaints, HOLE, isBuilt, markBuilt, mergeTaints, UNKNOWN, type Value } from './value.ts';

/** Functions whose result is made of their arguments. */
const FROM_ARGUMENTS =
  /^(String|str|repr|unicode|bytes|bytearray|Buffer|from|decodeURI|decodeURIComponent|unescape|unquote|unquote_plus|atob|btoa|b64decode|URL|URLSearchParams|Request|urljoin|urlparse|urlsplit|parse|parse_qs|parse_qsl|loads|stringify|dumps|format|sprintf|vsprintf|util\.format|assign|extend|merge|defaults|concat|resolve|normalize|normpath|relative|relpath|realpath|abspath|join|expanduser|Path|PurePath|Array|Object|list|tuple|dict|set|sorted|reversed|copy|deepcopy|cloneDeep|clone|freeze|values|entries|keys|text|literal_column|Template|toString|inspect|resolvePath|fileURLToPath|pathToFileURL|Markup|mark_safe|format_html|safestring|SafeString|f|dedent|raw|unsafe)$/;
/** Modules whose functions of such a name make text. */
const RESULT_IS_PLAIN =
  /^(length|indexOf|lastIndexOf|includes|startsWith|endsWith|startswith|endswith|test|has|hasOwnProperty|search|charCodeAt|codePointAt|localeCompare|isdigit|isalnum|count|index|find_index|findIndex|isFile|isDirectory|some|every|now|getTime|exists|is_file|is_dir)$/;
/** Methods that put their arguments into their receiver. */
const INTO_RECEIVER =
  /^(concat|push|unshift|append|extend|insert|join|format|format_map|replace|replaceAll|padStart|padEnd|set|add|resolve|joinpath)$/;

export interface CallShape {
  /** The dotted name, with modules resolved: `child_process.exec`, `req.query.name.trim`. */
  readonly name: string;
  /** The last part of the name. */
  readonly method: string;
  readonly receiver: Value | null;
  readonly args: readonly Value[];
  readonly construct: boolean;
  readonly dialect: string;
}

/** What a call to a function that is not in this file returns, as far as its name tells. */
export function passThrough(call: CallShape): Value {
  const { method, receiver, args, name } = call;
  const tainted = args.some((arg) => deepTaints(arg).length > 0);
  if (tainted) {
    const mask = cleaningBy(name, method);
    if (mask !== 0)
      return mask === ALL
        ? UNKNOWN
        : { ...UNKNOWN, text: joinedText(args), taints: clearTaints(mergeTaints(args.map((arg) => deepTaints(arg))), mask) };
  }
  if (receiver !== null && (receiver.taints.length > 0 || receiver.text !== HOLE)) return passReceiver(call, receiver);
  if (name === 're.sub' && args[0] && args[2])
    return {
      ...UNKNOWN,
      taints: clearTaints(args[2].taints, cleaningByReplace('sub', { ...args[0], regex: { source: args[0].text, flags: 'g' } }, 'python')),
    };
  if (FROM_ARGUMENTS.test(method) || FROM_ARGUMENTS.test(name)) return passArguments(call);
  return UNKNOWN;
}

function passReceiver(call: CallShape, receiver: Value): Value {
  const { method, args, dialect } = call;
  if (RESULT_IS_PLAIN.test(method)) return receiver.constant ? CONSTANT : UNKNOWN;
  const mask = cleaningBy(method, method);
  if (mask === ALL && method !== 'encode') return UNKNOWN;
  if (/^(replace|replaceAll)$/.test(method) && args[0]) {
    const cleared = clearTaints(receiver.taints, cleaningByReplace(method, args[0], dialect));
    return { ...receiver, taints: mergeTaints([cleared, args[1]?.taints ?? []]), facts: null };
  }
  if (method === 'join') return passJoin(receiver, args);
  if (method === 'format' || method === 'format_map') {
    const known = args.every((arg) => arg.constant);
    const text = known ? receiver.text : receiver.text.replace(/\{[^{}]*\}/g, HOLE);
    return {
      ...UNKNOWN,
      constant: receiver.constant && known,
      text,
      taints: markBuilt(mergeTaints([receiver.taints, ...args.map((arg) => deepTaints(arg))])),
    };
  }
  const added = INTO_RECEIVER.test(method) ? args : [];
  const constant = receiver.constant && args.every((arg) => arg.constant);
  return {
    ...UNKNOWN,
    constant,
    text: method === 'concat' ? concatenate([receiver, ...args]).text : receiver.text,
    taints: mergeTaints([receiver.taints, ...added.map((arg) => arg.taints)]),
  };
}

/** `', '.join(list)` of Python and `list.join(', ')` of JavaScript. */
function passJoin(receiver: Value, args: readonly Value[]): Value {
  const constant = receiver.constant && args.every((arg) => arg.constant);
  const taints = mergeTaints([receiver.taints, ...args.map((arg) => deepTaints(arg))]);
  return isBuilt(receiver) ? { ...UNKNOWN, constant, taints: markBuilt(taints), text: receiver.text } : { ...UNKNOWN, constant, taints };
}

function passArguments(call: CallShape): Value {
  const { args, method } = call;
  const constant = args.length > 0 && args.every((arg) => arg.constant);
  const [first] = args;
  // Joined to the root first, `..` cannot climb.
  const rooted =
    /^(join|normalize|resolve)$/.test(method) && /^[/\\]/.test(first?.text ?? '') && (method === 'normalize' || first?.text === '/');
  const taints = clearTaints(mergeTaints(args.map((arg) => deepTaints(arg))), rooted ? familyMask('path') : 0);
  // printf-like formats: the text around the pieces is the first argument's.
  if (/^(format|sprintf|vsprintf)$/.test(method) && first && first.text !== HOLE)
    return { ...UNKNOWN, constant, taints: markBuilt(taints), text: first.text.replace(/%[sdifjoO]/g, HOLE) };
  const lead =
    first === undefined || args.length === 1 ? (first?.head ?? null) : /^(urljoin|URL)$/.test(method) ? null : (first.head ?? first.taints);
  return { ...UNKNOWN, constant, taints, head: lead, text: joinedText(args) };
}

function joinedText(args: readonly Value[]): string {
  return args.length === 1
    ? (args[0]?.text ?? HOLE)
    : args.every((arg) => arg.text === HOLE)
      ? HOLE
      : args.map((arg) => arg.text).join('/');
}
