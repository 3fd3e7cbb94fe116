import { taintsFor } from '../flow/value.ts';
import type { Rule } from '../rule.ts';

const FIX = 'Turn external entities off (`noent: false`, `resolve_entities=False`), or use defusedxml.';
const NODE_PARSERS = /(^|\.)(parseXml|parseXmlString|parseXmlAsync|parseHtml|XMLParser|fromXml)$/;
const PYTHON_PARSERS =
  /^(lxml\.)?etree\.(fromstring|parse|XML|iterparse)$|^xml\.(sax\.(parseString|parse)|dom\.(minidom|pulldom)\.(parseString|parse))$/;

/** An XML parser that fetches what a document names: files of the server, addresses of its network. */
export const xmlExternalEntities: Rule = {
  id: 'xml-external-entities',
  cwe: 'CWE-611',
  title: 'XML external entities',
  onCall(site, report) {
    if (site.local) return;
    const options = site.args.find((arg) => arg.fields?.has('noent'));
    if (site.dialect === 'javascript') {
      if (NODE_PARSERS.test(site.name) && options?.fields?.get('noent')?.text === 'true') {
        report({
          at: site,
          severity: 'high',
          confidence: 0.8,
          message: `\`${site.shown}\` with \`noent: true\` puts external entities into the document.`,
          fix: FIX,
        });
      }
      return;
    }
    if (
      /(^|\.)XMLParser$/.test(site.name) &&
      (site.named.get('resolve_entities')?.text === 'true' || site.named.get('no_network')?.text === 'false')
    ) {
      report({
        at: site,
        severity: 'high',
        confidence: 0.75,
        message: `\`${site.shown}\` is told to resolve external entities.`,
        fix: FIX,
      });
    }
    const document = site.args[0];
    if (!PYTHON_PARSERS.test(site.name) || document === undefined || site.args.length > 1 || site.named.has('parser')) return;
    const taints = taintsFor(document, 'xml', ['request']);
    if (taints.length > 0)
      report({
        at: site,
        severity: 'medium',
        confidence: 0.6,
        taints,
        message: `{source} is parsed by \`${site.shown}\`, which may resolve external entities.`,
        fix: FIX,
      });
  },
};
