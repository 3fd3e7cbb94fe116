import { taintsFor } from '../flow/value.ts';
import { REMOTE, type Rule } from '../rule.ts';

const RENDERERS =
  /^((flask\.)?render_template_string|(jinja2\.)?(Template|Environment\(\)\.from_string)|(mako\.template\.)?Template|(django\.template\.)?Template|(ejs|pug|jade|nunjucks|Handlebars|handlebars|mustache|doT|dot|_|lodash|swig|hogan|eta)\.(render|compile|renderString|template))$|(^|\.)from_string$/;

/** A template whose text a stranger chooses: template languages can reach the program. */
export const templateInjection: Rule = {
  id: 'template-injection',
  cwe: 'CWE-1336',
  title: 'Server-side template injection',
  onCall(site, report) {
    if (site.local || !(RENDERERS.test(site.name) || RENDERERS.test(site.shown))) return;
    const template = site.args[0] ?? site.named.get('source');
    const taints = template === undefined ? [] : taintsFor(template, 'code', REMOTE).filter((taint) => taint.source.kind !== 'browser');
    if (taints.length === 0) return;
    report({
      at: site,
      severity: 'high',
      confidence: 0.85,
      taints,
      message: `{source} becomes part of the template that \`${site.shown}\` runs.`,
      fix: 'Keep the template fixed and pass the value as a variable of it.',
    });
  },
};
