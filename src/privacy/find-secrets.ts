import { looksSecret } from './looks-secret.ts';
import { IN_CONTEXT, TOKEN_FORMATS } from './token-formats.ts';

/** Not `bypass`, `passed`, `author` and `tokenizer`. */
const NAME =
  '(?:pass(?:word|wd|phrase|code)|(?<!by|com)pass(?![a-z])|pwd|secret|token(?!i)|api[-_.]?key|access[-_.]?key|private[-_.]?key|(?:signing|encryption|account|shared|master)[-_.]?key|credentials?|auth(?:orization)?(?![a-z])|salt(?![a-z]))';
const PASSWORD = /pass(?:word|wd|phrase|code|(?![a-z]))|pwd/i;

/** `dbPassword = "…"`, `"api_key": '…'`, `const TOKEN: string = …`, `("secret", "…")`, `password("…")`: groups are name, quote, value. */
const ASSIGNED = new RegExp(
  `([\\w$.-]{0,60}${NAME}[\\w$-]{0,40})["'\`\\]]{0,2}(?:\\s{0,9}:\\s{0,9}[A-Za-z][\\w<>|.?\\[\\] ]{0,40}(?==))?\\s{0,9}(?:=>|:=|[=!]={1,2}|[=:,(])\\s{0,9}(?:[A-Za-z]{1,2}(?=["']))?(["'\`])((?:(?!\\2)[^\\r\\n\\\\]|\\\\.){6,2000})\\2`,
  'gi',
);
/** `API_KEY=…`, `api_key: …`: the value to the end of the line or a comment, without quotes. Groups are name and value. */
const UNQUOTED = new RegExp(
  `^\\s{0,40}(?:- |export\\s|ENV\\s|ARG\\s|set\\s)?\\s{0,9}([\\w.-]{0,60}${NAME}[\\w.-]{0,40})\\s{0,9}[=:]\\s{0,9}([A-Za-z0-9+/=_~!@#%^&*-]{8,2000})(?:\\s{1,9}#[^\\r\\n]{0,500})?\\s{0,40}$`,
  'gim',
);
const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_ENDS = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** A line of a key in Base64, also in the quotes of a program. RFC 7468: 64 characters a line, the last one less. */
const KEY_LINE = /[A-Za-z0-9+/]{16,100}={0,2}/g;
const WHOLE_KEY_LINE = /^[\s"'`+]{0,60}[A-Za-z0-9+/]{60,80}={0,2}(?:\\n)?[\s"'`+,;\\]{0,20}$/;

/**
 * The secrets in a text of code, as they stand there: tokens of known forms, passwords in URLs, private keys line by line,
 * and random literals that are given to something called a password, key or token. The text may be a part of a file.
 */
export function findSecrets(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { pattern } of TOKEN_FORMATS) for (const [token] of text.matchAll(pattern)) found.add(token);
  for (const { pattern } of IN_CONTEXT)
    for (const [, secret = ''] of text.matchAll(pattern)) if (looksSecret(secret, true)) found.add(secret);
  for (const [, name = '', , value = ''] of text.matchAll(ASSIGNED)) if (looksSecret(value, PASSWORD.test(name))) found.add(value);
  for (const [, , value = ''] of text.matchAll(UNQUOTED)) {
    // Without quotes it may be a name of the program: only what no name looks like.
    if (/\d/.test(value) && /[A-Za-z]/.test(value) && looksSecret(value, false)) found.add(value);
  }
  for (const line of keyLines(text)) found.add(line);
  return found;
}

/** Lines between the marks of a private key; where one of the marks is not in the text, whole lines of Base64 beside the other. */
function* keyLines(text: string): Generator<string> {
  if (!text.includes('PRIVATE KEY')) return;
  const lines = text.split('\n');
  let inside = false;
  for (const [at, line] of lines.entries()) {
    const begins = KEY_BEGINS.test(line);
    const ends = KEY_ENDS.test(line);
    if (ends && !inside) for (let up = at - 1; WHOLE_KEY_LINE.test(lines[up] ?? ''); up -= 1) yield* base64Of(lines[up] ?? '');
    if (begins || ends || inside) yield* base64Of(line.replace(KEY_BEGINS, ' ').replace(KEY_ENDS, ' '));
    inside = (begins || inside) && !ends && (begins || base64Of(line).length > 0 || line.trim() === '' || /^[A-Za-z-]{1,40}: /.test(line));
  }
}

/** `\n` in a literal stands between two lines of a key. */
function base64Of(line: string): readonly string[] {
  return [...line.replaceAll('\\n', ' ').matchAll(KEY_LINE)].map(([key]) => key);
}
