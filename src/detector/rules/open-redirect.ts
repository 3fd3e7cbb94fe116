import type { CallSite } from '../flow/observer.ts';
import { headTaintsFor, type Taint, type Value } from '../flow/value.ts';
import { REMOTE, type Report, type Rule } from '../rule.ts';

const REDIRECTS = /(^|\.)(res|response|reply|ctx|c|NextResponse|Response)(\.\w+\(\))?\.(redirect|location)$/;
const PYTHON_REDIRECTS =
  /^((flask|django\.shortcuts|bottle|aiohttp\.web|starlette\.responses|fastapi\.responses|werkzeug\.utils)\.)?(redirect|HttpResponseRedirect|HttpResponsePermanentRedirect|RedirectResponse)$|^django\.http\.HttpResponse(Permanent)?Redirect$|^(cherrypy|web)\.(HTTPRedirect|seeother|redirect)$/;
const FIX = 'Allow only paths of this site, or hosts from a list.';

/** A visitor is sent to an address that a stranger put into the link. */
export const openRedirect: Rule = {
  id: 'open-redirect',
  cwe: 'CWE-601',
  title: 'Open redirect',
  onCall(site, report) {
    if (site.local) return;
    const target = targetOf(site);
    if (target !== undefined) reportRedirect(site, target, site.shown, report);
  },
  onWrite(site, report) {
    if (/^((window|document|top|self|parent)\.)?location(\.href)?$/.test(site.shown)) reportRedirect(site, site.value, site.shown, report);
  },
  onEntry(site, report) {
    if (site.key === 'Location' && site.where === 'object') reportRedirect(site, site.value, 'Location', report);
  },
};

function targetOf(site: CallSite): Value | undefined {
  if (site.dialect === 'python') return PYTHON_REDIRECTS.test(site.name) ? site.args[0] : undefined;
  if (REDIRECTS.test(site.shown) || REDIRECTS.test(site.name)) return site.args.at(-1);
  if (/^((window|document|top|self)\.)?location\.(assign|replace)$/.test(site.shown)) return site.args[0];
  return /^(setHeader|header|set)$/.test(site.method) && /^location$/i.test(site.args[0]?.text ?? '') ? site.args[1] : undefined;
}

function reportRedirect(at: { line: number; endLine: number }, target: Value, sink: string, report: Report): void {
  if (/^\/[^/\\\uE000]/.test(target.text)) return;
  const taints = headTaintsFor(target, 'redirect', REMOTE).filter(isChosen);
  if (taints.length === 0) return;
  report({
    at,
    severity: 'medium',
    confidence: 0.75,
    taints,
    message: `{source} reaches \`${sink}\`, which sends the visitor there.`,
    fix: FIX,
  });
}

/** The address of the request itself and its host are redirected to all the time, to add a slash or HTTPS. */
function isChosen(taint: Taint): boolean {
  return !/(^|\.)(host|hostname|url|originalUrl|path|pathname|href|referrer|referer|full_path)$/i.test(
    taint.source.text.replace(/^(\w+\.)*(query|body|args|GET|params|form|values|POST)\./, '$1chosen-'),
  );
}
