import type { Rule } from '../rule.ts';

/** Flask's debugger lets every visitor run code. */
export const debugMode: Rule = {
  id: 'debug-mode',
  cwe: 'CWE-489',
  title: 'Debug mode is on',
  onCall(site, report) {
    if (site.dialect !== 'python' || !/(^|\.)(app|application|server)\.run$/.test(site.shown) || site.named.get('debug')?.text !== 'true')
      return;
    report({
      at: site,
      severity: 'low',
      confidence: 0.7,
      message: `\`${site.shown}\` with \`debug=True\` offers an interactive debugger to whoever causes an error.`,
      fix: 'Take it from the environment and leave it off by default.',
    });
  },
};
