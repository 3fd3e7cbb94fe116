import type { Expression, Place } from '#syntax/code.ts';
import { pathOf } from '../flow/names.ts';
import type { CallSite } from '../flow/observer.ts';
import { HOLE, type Value } from '../flow/value.ts';
import type { Report, Rule } from '../rule.ts';

const TOKENS = /(^|\.)(jwt|jsonwebtoken|JWT|PyJWT)\.(sign|verify|encode|decode)$/;
const SESSIONS = /^(session|express-session|cookie-session|cookieSession|expressSession|expressJwt|expressjwt|express-jwt(\.expressjwt)?)$/;
const FLASK_KEY = /(^|\.)(app|application|server)\.(secret_key|config\.(SECRET_KEY|JWT_SECRET_KEY))$/;
/** Stands for a key, or is one that everybody may have. */
const NO_KEY =
  /change[-_ ]?(me|this)|placeholder|example|replace|^<|\$\{|\{\{|^your[-_ ]|x{3,}|\*{3,}|todo|redacted|-----BEGIN (PUBLIC KEY|CERTIFICATE)|^(test|tests|testing|password|passwd|secret|key|none|null|true|false|undefined)?$|^[A-Z]+(_[A-Z]+)+$/i;
const FIX = 'Make a new random key and read it from the environment or a secret store: who knows this one can sign in as anybody.';

/** A key that signs tokens or sessions and stands in the code. */
export const hardCodedKey: Rule = {
  id: 'hard-coded-key',
  cwe: 'CWE-798',
  title: 'Hard-coded credential',
  notInFixtures: true,
  onCall(site, report) {
    if (TOKENS.test(site.name)) inspectToken(site, report);
    if (site.dialect === 'javascript' && SESSIONS.test(site.name)) inspectSession(site, report);
  },
  onAssign({ target, value, node }, report) {
    const path = pathOf(target) ?? '';
    if (FLASK_KEY.test(path)) reportKey(value, node, `\`${path}\` is set to a literal`, report);
  },
};

function inspectToken(site: CallSite, report: Report): void {
  // In JavaScript, `decode` checks nothing and takes no key.
  const isPython = site.dialect === 'python';
  if (/(encode|decode)$/.test(site.method) !== isPython) return;
  const key = site.args[1] ?? site.named.get('key');
  if (key !== undefined) reportKey(key, site, `\`${site.shown}\` is given a key that stands in the code`, report);
}

function inspectSession(site: CallSite, report: Report): void {
  const key = site.args[0]?.fields?.get('secret');
  if (key === undefined) return;
  const options = site.nodes[0]?.value;
  const entry = options?.kind === 'object' ? options.entries.find((candidate) => candidate.key === 'secret') : undefined;
  reportKey(key, entry ?? site, `The \`secret\` of \`${site.shown}\` is a literal`, report);
}

function reportKey(key: Value, at: Place | Expression, what: string, report: Report): void {
  const isLiteral = key.constant && key.text.length >= MIN_KEY && !key.text.includes(HOLE);
  if (!isLiteral || NO_KEY.test(key.text)) return;
  report({
    at,
    severity: 'high',
    confidence: 0.75,
    message: `${what}: everybody who can read the code can forge what it signs.`,
    fix: FIX,
  });
}

/** Shorter texts are flags and names of things. */
const MIN_KEY = 5;
