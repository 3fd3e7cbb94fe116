import { pathOf } from '../flow/names.ts';
import type { CallSite, EntrySite } from '../flow/observer.ts';
import { ROUTE_DECORATOR } from '../flow/sources.ts';
import { HOLE, isBuilt, type SourceKind, taintsFor, type Value } from '../flow/value.ts';
import { REMOTE, type Report, type Rule } from '../rule.ts';

const HTML = /<\/?[a-z!][^>]{0,300}(>|$)|<[a-z]+[\s/]|<\uE000/i;
const DOM_PROPERTIES = /^(innerHTML|outerHTML|srcdoc)$/;
const DOM_CALLS = /(^|\.)(insertAdjacentHTML|createContextualFragment)$|^document\.(write|writeln)$/;
const JQUERY_RECEIVER = /^(\$|jQuery)|(^|\.)\$\w*\.\w+$|^\$\w+/;
const JQUERY_CALLS = /^(html|append|prepend|after|before|replaceWith|wrap|wrapInner)$/;
const RESPONSES = /(^|\.)(res|resp|response|reply|_res)(\.\w+\([^)]*\)|\.\w+\(\))?\.(send|write|end)$/;
const PYTHON_TRUSTED = /(^|\.)(mark_safe|Markup|SafeString|SafeText|HTML)$/;
const PYTHON_RESPONSES = /(^|\.)(HttpResponse|HTMLResponse|make_response|HTTPResponse|Response)$/;
const CALLERS: readonly SourceKind[] = [...REMOTE, 'stored', 'param'];
const TRUSTED_PROPERTY = /svg|icon|style|css|script|json|safe|saniti|purif|clean|trusted|escaped|nonce|theme|class/i;
const FIX = {
  dom: 'Set it with `textContent`, or sanitize the HTML first.',
  server: 'Escape the value for HTML, or let an escaping template render it.',
};

/** HTML that is put together from text that somebody else chooses. */
export const crossSiteScripting: Rule = {
  id: 'cross-site-scripting',
  cwe: 'CWE-79',
  title: 'Cross-site scripting',
  onWrite(site, report) {
    if (site.property === null || !DOM_PROPERTIES.test(site.property)) return;
    reportHtml(site, site.value, site.shown, FIX.dom, report);
  },
  onEntry(site, report) {
    if (site.key !== 'dangerouslySetInnerHTML') return;
    const html = site.value.fields?.get('__html');
    if (html !== undefined && !reportProperty(site, html, report)) reportHtml(site, html, 'dangerouslySetInnerHTML', FIX.dom, report);
  },
  onCall(site, report) {
    if (site.local) return;
    if (site.dialect === 'python') inspectPython(site, report);
    else inspectJavaScript(site, report);
  },
  onReturn(site, report) {
    const isRoute = site.fn.decorators.some((decorator) =>
      ROUTE_DECORATOR.test(pathOf(decorator.kind === 'call' ? decorator.callee : decorator) ?? ''),
    );
    if (!isRoute || !isHtml(site.value)) return;
    const taints = taintsFor(site.value, 'xss', REMOTE);
    if (taints.length === 0) return;
    report({
      at: site,
      severity: 'high',
      confidence: 0.8,
      taints,
      message: '{source} is returned to the browser as part of HTML.',
      fix: FIX.server,
    });
  },
};

/** A property of a component that becomes HTML as it is; properties that are named for what is no text of people are left out. */
function reportProperty(site: EntrySite, html: Value, report: Report): boolean {
  const taints = taintsFor(html, 'xss', ['param']).filter((taint) => !taint.built && /^[A-Z]/.test(taint.source.owner?.name ?? ''));
  const named = /^(?:this\.)?props\.([\w.]+)$/.exec(html.ref ?? '')?.[1] ?? taints[0]?.source.text;
  if (named === undefined || isBuilt(html) || TRUSTED_PROPERTY.test(named)) return false;
  const message = `The property \`${named}\` becomes HTML without being sanitized.`;
  report({ at: site, severity: 'medium', confidence: 0.5, message, fix: FIX.dom });
  return true;
}

function inspectJavaScript(site: CallSite, report: Report): void {
  const { shown, method, args } = site;
  const last = args.at(-1);
  if (last === undefined) return;
  if (DOM_CALLS.test(shown)) {
    reportHtml(site, last, shown, FIX.dom, report);
    return;
  }
  if (JQUERY_RECEIVER.test(shown) && (JQUERY_CALLS.test(method) || /^(\$|jQuery)$/.test(shown))) {
    const first = args[0];
    if (first !== undefined && (method === 'html' || isHtml(first))) reportHtml(site, first, shown, FIX.dom, report);
    return;
  }
  if (!RESPONSES.test(shown) && !RESPONSES.test(site.name)) return;
  const first = args[0] ?? last;
  // A response that is not built here is a danger where it is a single value of the request.
  const echoes = method === 'send' && first.text === HOLE;
  if (!isHtml(first) && !echoes) return;
  const taints = taintsFor(first, 'xss', echoes ? ['request'] : ['request', 'stored']).filter(
    (taint) => !echoes || taint.source.kind !== 'request' || /(query|params|body)\.\w/.test(taint.source.path),
  );
  const inner = echoes ? taints.filter((taint) => taint.source.kind === 'request') : taints;
  if (inner.length > 0)
    report({
      at: site,
      severity: 'high',
      confidence: echoes ? 0.65 : 0.85,
      taints: inner,
      message: `{source} reaches \`${shown}\` without being escaped for HTML.`,
      fix: FIX.server,
    });
}

function inspectPython(site: CallSite, report: Report): void {
  const value = site.args[0] ?? site.named.get('content');
  if (value === undefined) return;
  if (PYTHON_TRUSTED.test(site.name) && /mark_safe|Markup|Safe/.test(site.name)) {
    reportHtml(site, value, site.shown, FIX.server, report, true);
    return;
  }
  const type = site.named.get('content_type') ?? site.named.get('mimetype') ?? site.named.get('media_type');
  if (!PYTHON_RESPONSES.test(site.name) || (type?.constant && !type.text.includes('html')) || !isHtml(value)) return;
  const taints = taintsFor(value, 'xss', REMOTE);
  if (taints.length > 0)
    report({
      at: site,
      severity: 'high',
      confidence: 0.8,
      taints,
      message: `{source} reaches \`${site.shown}\` as part of HTML.`,
      fix: FIX.server,
    });
}

function reportHtml(
  at: CallSite | { line: number; endLine: number },
  value: Value,
  sink: string,
  fix: string,
  report: Report,
  trusted = false,
): void {
  const html = isHtml(value);
  // What a caller hands over is HTML on purpose more often than not; only text around it tells that it is not.
  const taints = taintsFor(value, 'xss', html ? CALLERS : REMOTE);
  if (taints.length === 0) return;
  const message = trusted
    ? `{source} is declared to be safe HTML by \`${sink}\`.`
    : `{source} reaches \`${sink}\` without being escaped for HTML.`;
  report({ at, severity: 'high', confidence: 0.85, taints, onlyBuilt: true, message, fix });
}

function isHtml(value: Value): boolean {
  return isBuilt(value) && HTML.test(value.text);
}
