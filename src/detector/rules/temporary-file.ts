import type { Rule } from '../rule.ts';

/** A file name that somebody else can take before it is used. */
export const temporaryFile: Rule = {
  id: 'temporary-file',
  cwe: 'CWE-377',
  title: 'Insecure temporary file',
  onCall(site, report) {
    if (!/^(tempfile\.mktemp|os\.(tempnam|tmpnam))$/.test(site.name)) return;
    report({
      at: site,
      severity: 'medium',
      confidence: 0.8,
      message: `\`${site.shown}\` gives a name that another process can take before the file is made.`,
      fix: 'Use `tempfile.mkstemp` or `NamedTemporaryFile`.',
    });
  },
};
