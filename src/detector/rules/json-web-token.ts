import type { Rule } from '../rule.ts';

const FIX = 'Verify the signature with the expected key and name the allowed algorithms.';

/** A token that is believed without its signature being checked. */
export const jsonWebToken: Rule = {
  id: 'json-web-token',
  cwe: 'CWE-347',
  title: 'Signature of a token is not verified',
  onCall(site, report) {
    if (!/(^|\.)(jwt|jsonwebtoken|jose|JWT|PyJWT)\.(verify|decode|sign|encode)$/.test(site.name)) return;
    const options = site.args.find(
      (arg) => arg.fields !== null && (arg.fields.has('algorithms') || arg.fields.has('algorithm') || arg.fields.has('verify_signature')),
    )?.fields;
    const algorithms = `${options?.get('algorithms')?.text ?? ''} ${options?.get('algorithm')?.text ?? ''} ${site.named.get('algorithms')?.text ?? ''} ${site.named.get('algorithm')?.text ?? ''}`;
    if (/(^|\s)none(\s|$)/i.test(algorithms)) {
      report({
        at: site,
        severity: 'high',
        confidence: 0.85,
        message: `\`${site.shown}\` allows the algorithm \`none\`: tokens without a signature are accepted.`,
        fix: FIX,
      });
    }
    if (site.dialect !== 'python') {
      const key = site.nodes[1]?.value;
      if (site.method === 'verify' && key?.kind === 'literal' && (key.value === null || key.value === '' || key.value === false)) {
        report({ at: site, severity: 'high', confidence: 0.8, message: `\`${site.shown}\` is called without a key.`, fix: FIX });
      }
      return;
    }
    const settings = site.named.get('options')?.fields;
    if (site.method === 'decode' && (site.named.get('verify')?.text === 'false' || settings?.get('verify_signature')?.text === 'false')) {
      report({
        at: site,
        severity: 'high',
        confidence: 0.8,
        message: `\`${site.shown}\` reads the token without verifying its signature.`,
        fix: FIX,
      });
    }
  },
};
