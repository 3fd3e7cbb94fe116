import { ALL, familyMask } from './family.ts';
import type { Value } from './value.ts';

/** Functions whose result cannot carry an attack, or not one of some families. First match counts. */
const CLEANERS: readonly (readonly [RegExp, number])[] = [
  [/^(un|de)(escape|quote|sanitize|encode|code)|^(decode|unescape|unquote|parse_qs)/i, 0],
  [/reg_?exp?$|^re\.escape$|escape_?regex/i, familyMask('regex')],
  [
    /^(parseInt|parseFloat|Number|BigInt|Boolean|isNaN|int|float|bool|len|ord|hash|id|Date|UUID|uuid\d?|ObjectId|Decimal|abs|round|toInteger|toNumber)$/,
    ALL,
  ],
  [/^(String|toString|str)$/, familyMask('nosql')],
  [
    /^(digest|hexdigest|hash(Sync)?|md5|sha\d*|createHash|toFixed|getTime|fingerprint|randomUUID|randomBytes|token_hex|token_urlsafe|uuid4)$/i,
    ALL,
  ],
  [
    /^encodeURI(Component)?$|^(urllib\.parse\.)?(quote|quote_plus|urlencode)$|^url_?encode$|^rawurlencode$/i,
    familyMask('xss', 'ssrf', 'redirect', 'path', 'command', 'xml', 'code'),
  ],
  [/shell_?(quote|escape|arg)|(quote|escape)_?(shell|cmd|arg)|^shlex\.quote$|^shq$|^list2cmdline$/i, familyMask('command')],
  [
    /(escape|encode|sanitiz|purify|strip|clean|filter).*(html|xml|xss|tags|markup)|(html|xml|xss).*(escape|encode|sanitiz|purify)|^(DOMPurify|purify)\./i,
    familyMask('xss', 'xml'),
  ],
  [/^(xss|filterXSS|h|he|striptags|strip_tags|bleach)$|^(bleach|nh3|xss)\./i, familyMask('xss')],
  [
    /^(escapeId|escapeIdentifier|escapeLiteral|quote_?ident(ifier)?|quoteIdent|quoteId|format_?sql|mysql_real_escape_string|mogrify)$/i,
    familyMask('sql'),
  ],
  [
    /^(os\.path\.)?basename$|^(path\.)?basename$|secure_?file_?name|safe_?join|sanitize_?(file|path)|safe_?path|slugify|^slug$|safeResolve/i,
    familyMask('path', 'command', 'xss', 'ssrf', 'redirect'),
  ],
  [
    /^(url_for|reverse|resolve_url|get_safe_redirect|safe_?(redirect|url|next)|url_has_allowed_host_and_scheme)$/i,
    familyMask('redirect', 'ssrf', 'xss'),
  ],
  [
    /^_?(escape|sanitiz|purify|neutrali[sz]e|normali[sz]eAndValidate)|(Escaped?|Sanitized?|_escaped?|_sanitized?)$|^_?(quote|clean|encode|safe|validated?|whitelist)([A-Z_]\w*)?$/,
    ALL,
  ],
];

/** The families for which the result of a call is harmless because of what the called function is. */
export function cleaningBy(name: string, method: string): number {
  for (const [pattern, mask] of CLEANERS) if (pattern.test(name) || pattern.test(method)) return mask;
  return 0;
}

/** The families that a replacement makes harmless: only one that replaces every occurrence does. */
export function cleaningByReplace(method: string, pattern: Value, dialect: string): number {
  if (pattern.regex !== null) {
    const { source } = pattern.regex;
    const leading = source.startsWith('^') && source.includes('+');
    const everywhere = method === 'replaceAll' || dialect === 'python' || pattern.regex.flags.includes('g') || leading;
    return everywhere ? cleaningByPattern(pattern.regex.source) : 0;
  }
  const everywhere = method === 'replaceAll' || dialect === 'python';
  return everywhere && pattern.constant ? cleaningByPattern(pattern.text.replaceAll('.', '\\.')) : 0;
}

/** What is gone when everything that this expression matches is taken out. */
function cleaningByPattern(source: string): number {
  if (source.includes('[^') || source.includes('\\W')) return ALL;
  let mask = 0;
  if (/\\\.(\\\.|\{|\+|\*|\\?\/|\))|\[[^\]]*\.[^\]]*\]|\.\.|^\\\.$/.test(source)) mask |= familyMask('path');
  if (/[<>]/.test(source) || /&/.test(source)) mask |= familyMask('xss', 'xml');
  if (/['"`]/.test(source)) mask |= familyMask('sql', 'command', 'code', 'xss');
  if (/[;|&$]/.test(source.replace(/[|$](?![^[]*\])/g, ''))) mask |= familyMask('command');
  if (/\\\\|\\s/.test(source) && /["'`]/.test(source)) mask |= familyMask('command', 'sql');
  if (/\\\^|\[.*\\\].*\]|\[[^\]]*[*+?|][^\]]*\]/.test(source)) mask |= familyMask('regex');
  return mask;
}
