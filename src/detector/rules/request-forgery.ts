import type { CallSite } from '../flow/observer.ts';
import { headTaintsFor, type Value } from '../flow/value.ts';
import type { Rule } from '../rule.ts';

const JAVASCRIPT =
  /^((globalThis\.|window\.)?fetch|node-fetch|cross-fetch|undici\.(fetch|request)|isomorphic-fetch|axios(\.(get|post|put|delete|patch|head|request|create))?|got(\.(get|post|put|stream|head|delete|patch))?|request(\.(get|post|put|head|delete|patch))?|request-promise(-native)?(\.(get|post))?|needle(\.(get|post|head))?|superagent\.(get|post|head)|https?\.(get|request)|phin|bent|ky(\.(get|post))?)$/;
const PYTHON =
  /^((requests|httpx)\.(get|post|put|delete|patch|head|options|request|stream)|urllib\.request\.(urlopen|urlretrieve|Request)|urllib2\.urlopen|urllib\.urlopen|urlopen|urlretrieve|aiohttp\.request|http\.client\.HTTPS?Connection|pycurl\.\w+)$/;
const PYTHON_SESSIONS = /^(session|http|client|http_client|aiohttp_session|s)\.(get|post|put|request|head|delete)$/;

/** The server calls an address that a stranger chooses. */
export const requestForgery: Rule = {
  id: 'server-side-request-forgery',
  cwe: 'CWE-918',
  title: 'Server-side request forgery',
  onCall(site, report) {
    if (site.local) return;
    const address = addressOf(site);
    if (address === undefined || /^(https?:)?\/\/[^/\uE000]+[/?#]|^\/[^/]/.test(address.text)) return;
    const taints = headTaintsFor(address, 'ssrf', ['request']);
    if (taints.length === 0) return;
    report({
      at: site,
      severity: 'high',
      confidence: 0.8,
      taints,
      message: `{source} decides which address \`${site.shown}\` calls.`,
      fix: 'Take the host from a list of allowed ones, and refuse private and local addresses.',
    });
  },
};

function addressOf(site: CallSite): Value | undefined {
  const { name, args, named } = site;
  const isCall = site.dialect === 'javascript' ? JAVASCRIPT.test(name) : PYTHON.test(name) || PYTHON_SESSIONS.test(site.shown);
  if (!isCall) return undefined;
  const isRequest = site.dialect === 'python' && site.method === 'request';
  const first = (isRequest ? args[1] : args[0]) ?? named.get('url');
  const { fields } = first ?? {};
  return fields === null || fields === undefined
    ? first
    : (fields.get('url') ?? fields.get('uri') ?? fields.get('host') ?? fields.get('hostname') ?? fields.get('baseURL'));
}
