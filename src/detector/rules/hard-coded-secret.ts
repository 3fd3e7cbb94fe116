import { FIXTURE_PATH } from '../fixture-path.ts';
import type { Report, Rule, TextSource } from '../rule.ts';

/** Formats of real credentials. Sources: the issuers' documentation, as secret scanners use them. */
const FORMATS: readonly { readonly what: string; readonly hint: RegExp; readonly pattern: RegExp }[] = [
  { what: 'an AWS access key', hint: /A(KIA|SIA)/, pattern: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'a GitHub token', hint: /gh[pousr]_|github_pat_/, pattern: /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/ },
  { what: 'a GitLab token', hint: /glpat-/, pattern: /\bglpat-[A-Za-z0-9_-]{20,}\b/ },
  {
    what: 'a Slack token',
    hint: /xox[abprs]-|hooks\.slack/,
    pattern: /\bxox[abprs]-[0-9A-Za-z-]{20,}|hooks\.slack\.com\/services\/T[0-9A-Z]{8,}\/B[0-9A-Z]{8,}\/[0-9A-Za-z]{20,}/,
  },
  { what: 'a Stripe secret key', hint: /[sr]k_live_/, pattern: /\b[sr]k_live_[0-9A-Za-z]{20,}\b/ },
  { what: 'a Google API key', hint: /AIza/, pattern: /\bAIza[0-9A-Za-z_-]{35}\b/ },
  { what: 'a private key', hint: /PRIVATE KEY/, pattern: /-----BEGIN ((RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY( BLOCK)?-----/ },
  { what: 'an npm token', hint: /npm_/, pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: 'a PyPI token', hint: /pypi-/, pattern: /\bpypi-AgEI[A-Za-z0-9_-]{50,}/ },
  { what: 'a SendGrid key', hint: /SG\./, pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/ },
  { what: 'an OpenAI or Anthropic key', hint: /\bsk-/, pattern: /\bsk-(proj-|ant-api\d\d-)?[A-Za-z0-9_-]{40,}\b/ },
  { what: 'a Twilio key', hint: /\bSK[0-9a-f]/, pattern: /\bSK[0-9a-f]{32}\b/ },
];

/** `name = "value"`, `name: value`, `NAME=value`: the name speaks of a secret. */
const ASSIGNMENT =
  /(?:^|[^\w-])(["']?)([\w.-]{0,40}?(?:passw(?:or)?d|passwd|secret(?:_?(?:access_?)?key)?|api_?key|auth_?token|access_?token|private_?key|client_?secret|encryption_?key|signing_?key|jwt_?secret|session_?secret|db_?pass|credentials?|token))\1\s{0,4}(?::\s{0,4}(?:str|string)\s{0,4}=|:=|=>|=|:)\s{0,4}(?:[rbu]?(["'`])([^"'`\s]{8,200})\3|([^\s"'`,;#{}()[\]<>$]{12,200})\s{0,4}(?:#.*)?$)/i;
const QUOTED_ONLY = new Set([
  'javascript',
  'typescript',
  'tsx',
  'python',
  'java',
  'go',
  'ruby',
  'php',
  'csharp',
  'c',
  'cpp',
  'rust',
  'kotlin',
  'swift',
  'scala',
  'html',
  'vue',
  'svelte',
  'css',
  'json',
  'terraform',
  'text',
  'lockfile',
]);
const PLACEHOLDER =
  /change[-_]?(me|this|it)|replace|example|sample|dummy|fake|mock|test|placeholder|your[-_]?|my[-_]?(secret|pass|token|key)|insert|todo|fixme|xxx|\*\*\*|\.\.\.|<[^>]*>|\$\{|\{\{|%\(|%s|process\.env|os\.environ|getenv|secrets\.|undefined|password|passwd|(^|[-_ ])secret($|[-_ ])|token$|^[a-z]+([-_. ][a-z]+)*$|^[A-Z]+(_[A-Z]+)*$|1234|abcd|foobar|qwerty|default|invalid|wrong|incorrect|redacted|hidden|none|null/i;
const NOT_A_VALUE =
  /^(https?:|\/|\.\/|\.\.\/|arn:|urn:|file:|[\w.-]+@[\w-]+\.|projects\/|vault:|env:|ssm:|kms:|secret:|op:\/\/|data:|[\w-]+\.[\w-]+\.[\w-]+$|#|\d{1,4}-\d\d)/i;
/** `password = "…"`: a text of any length that a person may have chosen. */
const CHOSEN =
  /(?:^|[^\w-])(["']?)([\w.-]{0,40}?(?:password|passwd|pwd|secret(?:_?key)?))\1\s{0,4}(?::\s{0,4}(?:str|string)\s{0,4}=|=|:)\s{0,4}[rbu]?(["'`])([^"'`\s]{6,100})\3\s{0,4}(?:[;,)}]|#|\/\/|$)/i;
const CODE = new Set(['javascript', 'typescript', 'tsx', 'python']);
/** Names of algorithms and encodings have digits, too; selectors and keys of messages have their own signs. */
const NOT_CHOSEN =
  /^(\w*(sha|md|base|utf|argon|pbkdf|bcrypt|scrypt|oauth|auth|hex|aes|rsa|hmac|ed|hs|rs|es|basic)[-_]?\d+(-\w+)*|[\w-]+(\.[\w-]+)+|[#.[/@$].*|.*[(){}<>\\].*)$/i;
/** Longer lines are bundles and data. */
const MAX_LINE = 2_000;
const OTHER_NAME =
  /(public|(next|continuation|request|page|pagination|sync|cursor|input|output|update|idempotency|lifecycle|action|verification|design|theme|syntax)_?-?token|_id$|_name$|_path$|_file$|_url$|_type$|field|label|header|regex|pattern|prefix|selector|csrf|token_?type|max|min|key_?name|tokens?_?(count|limit))/i;
const FIX = 'Revoke it, take it out of the history, and read it from the environment or a secret store.';

/** A credential that stands in the code: everybody who can read the code has it. */
export const hardCodedSecret: Rule = {
  id: 'hard-coded-secret',
  cwe: 'CWE-798',
  title: 'Hard-coded credential',
  onText(source, report) {
    const isFixture = FIXTURE_PATH.test(source.path);
    for (const [index, line] of source.lines.entries()) {
      if (line.length < 12 || line.length > MAX_LINE) continue;
      const at = { line: index + 1, endLine: index + 1 };
      const known = FORMATS.find(({ hint, pattern }) => hint.test(line) && pattern.test(line) && !isDocumented(line, pattern));
      if (known !== undefined) {
        if (isFixture || (known.what === 'a private key' && !hasKeyBody(source, index))) continue;
        report({ at, severity: 'high', confidence: 0.9, message: `The line contains ${known.what}.`, fix: FIX });
      } else if (!isFixture) inspectAssignment(line, at, source, report);
    }
  },
};

/** The issuers' own examples, and signed addresses, which carry the name of a key and not the key. */
function isDocumented(line: string, pattern: RegExp): boolean {
  const found = pattern.exec(line)?.[0] ?? '';
  return /X-Amz-Credential/.test(line) || /EXAMPLE|example|x{6,}|X{6,}|0{8,}|(\w)\1{7,}|1234567890/.test(found);
}

/** A header alone is the word for a key, as in a parser; a key has its body with it. */
function hasKeyBody(source: TextSource, index: number): boolean {
  const rest = `${(source.lines[index] ?? '').split('-----').at(-1) ?? ''}\n${source.lines[index + 1] ?? ''}\n${source.lines[index + 2] ?? ''}`;
  return /[A-Za-z0-9+/=]{40,}/.test(rest);
}

function inspectAssignment(line: string, at: { line: number; endLine: number }, source: TextSource, report: Report): void {
  if (!/pass|secret|key|token|credential/i.test(line) || /^\s*(\/\/|#|\*|<!--)/.test(line)) return;
  const match = ASSIGNMENT.exec(line);
  if (match === null || !isCredential(match, source)) inspectChosen(line, at, source, report);
  else
    report({
      at,
      severity: 'high',
      confidence: 0.7,
      message: `\`${match[2]}\` is set to a literal value that looks like a real credential.`,
      fix: FIX,
    });
}

function isCredential(match: RegExpExecArray, source: TextSource): boolean {
  const [, , name = '', , quoted, bare] = match;
  const value = quoted ?? bare ?? '';
  if (quoted === undefined && (source.language === null || QUOTED_ONLY.has(source.language))) return false;
  return !PLACEHOLDER.test(value) && !NOT_A_VALUE.test(value) && !OTHER_NAME.test(name) && looksRandom(value, /pass|secret/i.test(name));
}

/** A short password in code is weak as well as known: `password = "hunter2"`. */
function inspectChosen(line: string, at: { line: number; endLine: number }, source: TextSource, report: Report): void {
  if (source.language === null || !CODE.has(source.language)) return;
  const [, , name = '', , value = ''] = CHOSEN.exec(line) ?? [];
  if (!/[A-Za-z]/.test(value) || !/\d/.test(value) || /%[sd]|\$\{/.test(line)) return;
  if (PLACEHOLDER.test(value) || NOT_A_VALUE.test(value) || NOT_CHOSEN.test(value) || OTHER_NAME.test(name)) return;
  const message = `\`${name}\` is set to a literal value.`;
  report({ at, severity: 'high', confidence: 0.6, message, fix: FIX });
}

/** Shannon entropy in bits a character, with at least two kinds of characters. */
function looksRandom(value: string, isPassword: boolean): boolean {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / value.length) * Math.log2(count / value.length);
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  return (
    (kinds >= 2 && value.length >= 16 && entropy >= 3.3 && /\d/.test(value)) ||
    (isPassword && kinds >= 3 && value.length >= 8 && entropy >= 2.5 && /\d/.test(value) && !/[\s(){}[\]]/.test(value))
  );
}
