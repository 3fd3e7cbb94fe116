import type { Expression } from '#syntax/code.ts';
import { pathOf } from '../flow/names.ts';
import type { CallSite } from '../flow/observer.ts';
import type { Report, Rule } from '../rule.ts';

const SECRET_NAME = /passw|passphrase|pwd|secret|token|credential|(^|_)pin(_|$)|signature|api_?key|session_?id/i;
const WEAK_HASH = /^(md4|md5|sha1|sha-1|ripemd160)$/i;
const WEAK_CIPHER = /^(des|des3|des-ede|rc2|rc4|bf|blowfish|idea|seed)\b|-ecb$|^aes-?\d*-?ecb/i;
const HASH_FIX = 'Use scrypt, bcrypt or Argon2 for passwords, and an HMAC with SHA-256 for signatures.';
/** Words of names that guard something, and words that take it back. */
const GUARDING = new Set(['sign', 'signature', 'sig', 'token', 'password', 'passwd', 'pwd', 'verify', 'verifies']);
const PLAIN = new Set(
  'checksum checksums etag cache cached key content file files integrity fingerprint hash id digest sum md5 sha1 csrf tokens legacy weak'.split(
    ' ',
  ),
);
const PYTHON_HASHES = /^(hashlib|Crypto\.Hash\.\w+|Cryptodome\.Hash\.\w+)\.(md5|sha1|new)$/;
const PYTHON_CIPHERS = /(^|\.)(DES|DES3|ARC2|ARC4|Blowfish)\.new$|(^|\.)algorithms\.(TripleDES|ARC4|Blowfish|IDEA|SEED|CAST5)$/;

/** Hashes that are broken where they guard a secret, and ciphers that are broken everywhere. */
export const weakCryptography: Rule = {
  id: 'weak-cryptography',
  cwe: 'CWE-327',
  title: 'Broken or risky cryptographic algorithm',
  onCall(site, report) {
    if (site.local) return;
    inspectHash(site, report);
    inspectCipher(site, report);
    inspectKeySize(site, report);
  },
  onReturn: (site, report) => inspectNamed(site.fn.name, site.node, report),
  onAssign: (site, report) => inspectNamed(pathOf(site.target), site.node, report),
};

function inspectHash(site: CallSite, report: Report): void {
  const weak = site.dialect === 'python' ? pythonHash(site) : nodeHash(site);
  if (weak === null || site.named.get('usedforsecurity')?.text === 'false') return;
  report({
    at: site,
    cwe: 'CWE-328',
    title: 'Weak hash for a secret',
    severity: 'medium',
    confidence: 0.7,
    message: `${weak.algorithm.toUpperCase()} is used on \`${weak.of}\`: it is fast to guess and its collisions are known.`,
    fix: HASH_FIX,
  });
}

/** A hash whose result has a name that guards something: the function that returns it, or the variable that takes it. */
function inspectNamed(name: string | null, node: Expression, report: Report): void {
  const words = (name ?? '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_\W]+/);
  if (!words.some((word) => GUARDING.has(word)) || words.some((word) => PLAIN.has(word))) return;
  const hash = weakHashIn(node);
  if (hash === null) return;
  report({
    at: hash.node,
    cwe: 'CWE-328',
    title: 'Weak hash for a secret',
    severity: 'medium',
    confidence: 0.5,
    message: `\`${name}\` is made with ${hash.algorithm.toUpperCase()}, whose collisions are known.`,
    fix: HASH_FIX,
  });
}

function weakHashIn(expression: Expression): { algorithm: string; node: Expression } | null {
  const pending = [expression];
  for (let steps = 0; steps < 40; steps += 1) {
    const node = pending.shift();
    if (node === undefined) return null;
    if (node.kind === 'member') pending.push(node.object);
    if (node.kind === 'binary') pending.push(node.left, node.right);
    if (node.kind !== 'call') continue;
    const path = pathOf(node.callee) ?? '';
    const algorithm = /^(?:hashlib\.)?(md5|sha1)$/.exec(path)?.[1];
    const isForOther = node.args.some((arg) => arg.name === 'usedforsecurity');
    if (algorithm !== undefined && !isForOther) return { algorithm, node };
    const chosen = node.args[0]?.value;
    if (/(^|\.)createHash$/.test(path) && chosen?.kind === 'literal' && WEAK_HASH.test(String(chosen.value)))
      return { algorithm: String(chosen.value), node };
    pending.push(node.callee, ...node.args.map((arg) => arg.value));
  }
  return null;
}

function nodeHash(site: CallSite): { algorithm: string; of: string } | null {
  if (site.method !== 'update' || site.callee.kind !== 'member') return null;
  let maker = site.callee.object;
  while (maker.kind === 'call' && maker.callee.kind === 'member' && maker.callee.property === 'update') maker = maker.callee.object;
  if (maker.kind !== 'call' || !/(^|\.)createHash$/.test(pathOf(maker.callee) ?? '')) return null;
  const algorithm = maker.args[0]?.value;
  if (algorithm?.kind !== 'literal' || !WEAK_HASH.test(String(algorithm.value))) return null;
  const of = secretIn(site.nodes.map((arg) => arg.value));
  return of === null ? null : { algorithm: String(algorithm.value), of };
}

function pythonHash(site: CallSite): { algorithm: string; of: string } | null {
  if (!PYTHON_HASHES.test(site.name)) return null;
  const named = /^hashlib\.new$/.test(site.name);
  const algorithm = named ? (site.args[0]?.text ?? '') : (/(md5|sha1)/i.exec(site.name)?.[1] ?? '');
  if (!WEAK_HASH.test(algorithm)) return null;
  const of = secretIn(site.nodes.map((arg) => arg.value));
  return of === null ? null : { algorithm, of };
}

/** The name of a secret among the parts of an expression; null where there is none. */
function secretIn(expressions: readonly Expression[]): string | null {
  const pending = [...expressions];
  for (let steps = 0; steps < 40; steps += 1) {
    const node = pending.shift();
    if (node === undefined) return null;
    const path = pathOf(node);
    if (path !== null && SECRET_NAME.test(path.split('.').at(-1) ?? '')) return path;
    if (node.kind === 'call')
      pending.push(...(node.callee.kind === 'member' ? [node.callee.object] : []), ...node.args.map((arg) => arg.value));
    if (node.kind === 'binary') pending.push(node.left, node.right);
    if (node.kind === 'template') pending.push(...node.parts.filter((part) => typeof part !== 'string'));
    if (node.kind === 'member') pending.push(node.object);
  }
  return null;
}

function inspectCipher(site: CallSite, report: Report): void {
  const { method, name, args } = site;
  const fix = 'Use AES-256-GCM with a fresh random nonce for each message.';
  const weak = (message: string) => report({ at: site, severity: 'medium', confidence: 0.8, message, fix });
  if (/(^|\.)createC(ipher|decipher)$/i.test(name) || /(^|\.)createDecipher$/.test(name)) {
    weak(`\`${site.shown}\` derives the key without salt and uses no initialisation vector.`);
    return;
  }
  const cipher = args[0]?.constant ? args[0].text : '';
  if (/^create(De|C)ipheriv$/.test(method) && WEAK_CIPHER.test(cipher)) {
    weak(`\`${cipher}\` is a broken cipher or mode.`);
    return;
  }
  if (PYTHON_CIPHERS.test(name)) {
    weak(`\`${site.shown}\` is a broken cipher.`);
    return;
  }
  const isEcb = /(^|\.)AES\.new$/.test(name) && /(^|\.)MODE_ECB$/.test(args[1]?.ref ?? site.named.get('mode')?.ref ?? '');
  if (isEcb || /(^|\.)modes\.ECB$/.test(name)) weak('ECB mode shows which blocks of the text are equal.');
}

function inspectKeySize(site: CallSite, report: Report): void {
  const isKey = /(^|\.)(generateKeyPair|generateKeyPairSync|rsa\.generate_private_key|RSA\.generate)$/.test(site.name);
  const size =
    site.args.find((arg) => arg.fields?.has('modulusLength'))?.fields?.get('modulusLength') ??
    site.named.get('key_size') ??
    (site.dialect === 'python' ? site.args[0] : undefined);
  const bits = Number(size?.constant ? size.text : Number.NaN);
  if (!isKey || !(bits >= 256 && bits < 2048)) return;
  const fix = 'Use at least 2,048 bits, better 3,072.';
  report({
    at: site,
    cwe: 'CWE-326',
    title: 'Inadequate encryption strength',
    severity: 'medium',
    confidence: 0.8,
    message: `An RSA key of ${bits} bits can be broken.`,
    fix,
  });
}
