import { eachLine, type Rule } from '../rule.ts';

const PIPED = /\b(curl|wget)\b[^|\n]{0,300}\|\s*(sudo\s+(-\S+\s+)*)?(ba|z|da)?sh\b|\b(ba|z|da)?sh\s+(-c\s+["']?\$\(|<\()\s*(curl|wget)\b/;

/** A script from the network that is run as it comes. */
export const pipedDownload: Rule = {
  id: 'piped-download',
  cwe: 'CWE-494',
  title: 'Download of code without an integrity check',
  onText: eachLine(['dockerfile', 'yaml', 'json', 'shell'], (line, at, report) => {
    if (!PIPED.test(line)) return;
    report({
      at,
      severity: 'medium',
      confidence: 0.6,
      message: 'A script from the network is run as it comes, without a check of what it is.',
      fix: 'Download it, compare its checksum, then run it.',
    });
  }),
};
