import { eachLine, type Rule, type TextSource } from '../rule.ts';

const WEAK = /\bcreateHash\(\s*['"`](md5|sha-?1)['"`]\s*[,)]|\bhashlib\.(md5|sha1)\(|\bhashlib\.new\(\s*['"](md5|sha1)['"]/i;
/** What is told apart, found again or compared with a published sum, and not guarded. */
const PLAIN =
  /check_?sum|e_?tag|cache|finger_?print|digest_?of|file|content|integrity|blob|commit|revision|\brev\b|version|uuid|guid|gravatar|avatar|websocket|\bsec-|258EAFA5|usedforsecurity|legacy|short|slug|bucket|shard|dedup|memo|(^|[^a-z])(key|keys|id|ids|idx|path|name|cnonce|nonce|ha1|ha2)(?![a-z])|[a-z](Key|Id|Path|Name)(?![a-z])|_(key|id|path|name)(?![a-z])/i;
/** Lines around the call in which names are looked at. */
const NEAR = 3;

/** A broken hash of which nothing around it says what it is for. */
export const weakHash: Rule = {
  id: 'weak-hash',
  cwe: 'CWE-328',
  title: 'Weak hash',
  onText: eachLine(['javascript', 'typescript', 'tsx', 'python'], (line, at, report, source) => {
    const match = WEAK.exec(line);
    if (match === null || PLAIN.test(source.path.split('/').at(-1) ?? '') || PLAIN.test(namesAround(source, at.line))) return;
    const algorithm = (match[1] ?? match[2] ?? match[3] ?? '').toUpperCase();
    report({
      at,
      severity: 'low',
      confidence: 0.4,
      message: `${algorithm} is broken: texts with the same hash can be made. It matters where the hash guards anything.`,
      fix: 'Use SHA-256, or say in the name what the hash is for (a checksum, a cache key).',
    });
  }),
};

function namesAround({ lines }: TextSource, line: number): string {
  return lines.slice(Math.max(0, line - 1 - NEAR), line + NEAR).join('\n');
}
