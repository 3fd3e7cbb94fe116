import type { Report, Rule } from '../rule.ts';

const FIX = 'Leave certificate checks on; give the right CA instead where a private one is used.';
/** Calls whose `verify` is that of the connection; tokens have one, too. */
const HTTP_CALL =
  /^(get|post|put|patch|delete|head|options|request|stream|send|Client|AsyncClient|Session|Request|urlopen|fetch|download)$/;
const OFF_KEYS = /^(rejectUnauthorized|strictSSL|rejectUnauthorised)$/;

/** Connections whose other end is not checked. */
export const tlsVerification: Rule = {
  id: 'tls-verification-off',
  cwe: 'CWE-295',
  title: 'Certificate validation is off',
  onEntry(site, report) {
    const off = site.node.kind === 'literal' && site.node.value === false;
    if (off && site.where === 'object' && OFF_KEYS.test(site.key)) reportOff(site, `\`${site.key}: false\``, report);
    if (site.where === 'argument' && off && site.key === 'verify' && HTTP_CALL.test(site.call)) reportOff(site, '`verify=False`', report);
    if (site.where === 'argument' && /^(cert_reqs|verify_mode)$/.test(site.key) && /(^|\.)CERT_NONE$/.test(site.value.ref ?? ''))
      reportOff(site, `\`${site.key}=CERT_NONE\``, report);
    if (site.where === 'argument' && off && /^(verify_ssl|check_hostname|ssl_verify|validate_certs)$/.test(site.key))
      reportOff(site, `\`${site.key}=False\``, report);
  },
  onWrite(site, report) {
    const off = site.value.constant && /^(0|false)$/.test(site.value.text);
    if (/NODE_TLS_REJECT_UNAUTHORIZED$/.test(site.shown) && off) reportOff(site, '`NODE_TLS_REJECT_UNAUTHORIZED=0`', report);
    if (site.property !== null && OFF_KEYS.test(site.property) && off) reportOff(site, `\`${site.property} = false\``, report);
    // Some libraries turn this one off to compare the name themselves.
    if (site.property === 'check_hostname' && off) reportOff(site, '`check_hostname = False`', report, 0.6);
    if (site.property === 'verify_mode' && /(^|\.)CERT_NONE$/.test(site.value.ref ?? ''))
      reportOff(site, '`verify_mode = CERT_NONE`', report);
    if (site.property === 'verify' && off && /session|client|http|request|^s\./i.test(site.shown))
      reportOff(site, '`verify = False`', report);
    if (site.property === '_create_default_https_context' && /_create_unverified_context$/.test(site.value.ref ?? ''))
      reportOff(site, '`ssl._create_unverified_context`', report);
  },
  onCall(site, report) {
    if (site.name === 'ssl._create_unverified_context') reportOff(site, '`ssl._create_unverified_context()`', report);
  },
};

function reportOff(at: { line: number; endLine: number }, what: string, report: Report, confidence = 0.85): void {
  report({
    at,
    severity: confidence < 0.7 ? 'medium' : 'high',
    confidence,
    message: `${what} accepts any certificate, so anybody between the two ends can read and change the traffic.`,
    fix: FIX,
  });
}
