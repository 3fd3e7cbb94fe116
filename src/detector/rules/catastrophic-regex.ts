import type { CallSite } from '../flow/observer.ts';
import { taintsFor, type Value } from '../flow/value.ts';
import { ANYONE, type Rule } from '../rule.ts';

/** A regular expression that takes exponential time on text that somebody else chooses. */
export const catastrophicRegex: Rule = {
  id: 'catastrophic-regex',
  cwe: 'CWE-1333',
  title: 'Catastrophic regular expression',
  onCall(site, report) {
    if (/^(RegExp|re\.compile)$/.test(site.name) && site.args[0] !== undefined) {
      const taints = taintsFor(site.args[0], 'regex', ['request']);
      if (taints.length > 0) {
        report({
          at: site,
          severity: 'medium',
          confidence: 0.6,
          taints,
          message: `{source} becomes a regular expression, which can be made to run for hours.`,
          fix: 'Escape it, or search for plain text.',
        });
      }
      return;
    }
    const match = matchOf(site);
    if (match === null || !isCatastrophic(match.source)) return;
    const taints = taintsFor(match.text, 'regex', ANYONE).filter((taint) => taint.source.kind !== 'cli');
    if (taints.length === 0) return;
    report({
      at: site,
      severity: 'medium',
      confidence: 0.7,
      taints,
      message: `{source} is matched against \`${clip(match.source)}\`, which takes exponential time on some texts.`,
      fix: 'Take out the repetition inside the repetition, or limit the length of the text first.',
    });
  },
};

function matchOf(site: CallSite): { source: string; text: Value } | null {
  const { receiver, args, method, dialect, name } = site;
  const [first, second] = args;
  if (dialect === 'python')
    return /^re\.(match|search|fullmatch|findall|sub|split)$/.test(name) && first?.constant && second
      ? { source: first.text, text: method === 'sub' ? (args[2] ?? second) : second }
      : null;
  if (/^(test|exec)$/.test(method) && receiver?.regex && first) return { source: receiver.regex.source, text: first };
  return /^(match|matchAll|replace|replaceAll|split|search)$/.test(method) && first?.regex && receiver
    ? { source: first.regex.source, text: receiver }
    : null;
}

/**
 * True for a repeated group whose inside is one repeated piece with optional ones around it, `(a+)+`, `(\w+\s?)*`, and
 * after which something may still fail to match. Narrow on purpose: other shapes need a proof.
 */
function isCatastrophic(source: string): boolean {
  for (const match of source.matchAll(/\((?:\?:)?((?:\\.|\[(?:\\.|[^\]\\])*\]|[^()[\]\\|])+)\)(?:[+*]|\{\d+,\})(.?)/g)) {
    const [, inside = '', after = ''] = match;
    if (after === '') continue;
    const pieces = [...inside.matchAll(/(\\.|\[(?:\\.|[^\]\\])*\]|[^+*?{}])([+*?]|\{\d*,?\d*\})?/g)];
    const needed = pieces.filter(([, , repeat]) => repeat === undefined || repeat === '+' || /^\{[1-9]/.test(repeat));
    const endless = pieces.filter(([, , repeat]) => repeat === '+' || repeat === '*');
    if (endless.length >= 1 && (needed.length === 0 || (needed.length === 1 && needed[0]?.[2] === '+'))) return true;
  }
  return false;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
