import type { Rule } from '../rule.ts';

const SESSION = /sess|sid|auth|token|jwt|remember/i;

/** A session cookie that scripts can read or that travels in the clear, because somebody said so. */
export const cookieFlags: Rule = {
  id: 'cookie-flags',
  cwe: 'CWE-1004',
  title: 'Session cookie without protection',
  onCall(site, report) {
    const [name] = site.args;
    const options = site.args.at(-1)?.fields;
    if (!/^(cookie|setCookie|set_cookie)$/.test(site.method) || !name?.constant || !SESSION.test(name.text)) return;
    const open = options?.get('httpOnly')?.text === 'false' || site.named.get('httponly')?.text === 'false';
    const clear = options?.get('secure')?.text === 'false' || site.named.get('secure')?.text === 'false';
    if (!open && !clear) return;
    const [cwe, message] = open ? ['CWE-1004', 'scripts of the page can read it'] : ['CWE-614', 'it is sent over unencrypted connections'];
    report({
      at: site,
      cwe,
      severity: 'low',
      confidence: 0.6,
      message: `The cookie \`${name.text}\` is set so that ${message}.`,
      fix: 'Set it `HttpOnly`, `Secure` and `SameSite`.',
    });
  },
};
