import { eachLine, type Rule, type TextSource } from '../rule.ts';

const PLAIN_HTTP = String.raw`http:\/\/(?!localhost\b|127\.0\.0\.1\b|\[::1\])[^\s"']+`;
/** Where lock files say what they fetched: npm, yarn, pnpm, poetry, uv, pipenv, bundler, composer, cargo. */
const FETCHED = new RegExp(
  String.raw`^\s*-?\s*["']?(resolved|tarball|resolution|url|remote|source|registry|file)["']?\s*[:=]?\s*.{0,40}?["'({ ]?((git|registry)\+)?${PLAIN_HTTP}`,
);
const INDEX = new RegExp(
  String.raw`(^|\s)(--extra-index-url|--index-url|--find-links|-i|-f)[\s=]+["']?${PLAIN_HTTP}|^\s*((@[\w-]+:)?registry|index-url|extra-index-url|find-links)\s*=\s*["']?${PLAIN_HTTP}|(^|["'@\s])git\+${PLAIN_HTTP}`,
);
const NPM_LOCK = /(^|\/)(package-lock|npm-shrinkwrap)\.json$/;
const TARBALL = /^\s*"resolved":\s*"https?:\/\/[^"]+\.tgz"/;
const FIX = 'Fetch it over https, from a registry that gives checksums.';

/** Packages that come over a line on which anybody can change them, or that nothing is compared with. */
export const packageSource: Rule = {
  id: 'package-source',
  cwe: 'CWE-494',
  title: 'Download of code without an integrity check',
  onText: eachLine(['lockfile', 'ini', 'toml', 'shell', 'dockerfile'], (line, at, report, source) => {
    const isLock = source.language === 'lockfile';
    if ((isLock && FETCHED.test(line)) || INDEX.test(line)) {
      const isChecked = isLock && blockAround(source, at.line).some((near) => /integrity|sha(1|256|384|512)[-:]/.test(near));
      const message = 'The package is fetched over plain http, where anybody in between can read and change it.';
      const weakness = isChecked ? { cwe: 'CWE-319', title: 'Package over an unencrypted connection' } : {};
      report({ at, ...weakness, severity: 'medium', confidence: isChecked ? 0.5 : 0.7, message, fix: FIX });
    } else if (NPM_LOCK.test(source.path) && TARBALL.test(line) && lacksIntegrity(source, at.line)) {
      const message = 'The lock file names a tarball without a checksum: whatever is served there will be installed.';
      report({ at, severity: 'medium', confidence: 0.5, message, fix: 'Write the lock file anew with a registry that gives checksums.' });
    }
  }),
};

/** An entry of a lock file is short; what is further away belongs to another. */
const MAX_ENTRY = 12;

/** The lines of the entry around a line, up to where brackets or indents end it. */
function blockAround({ lines }: TextSource, line: number): readonly string[] {
  const isEdge = (text: string) => /^\s*\}|\{\s*$|^\s*$|^\[/.test(text);
  let [from, to] = [line - 1, line - 1];
  while (from > 0 && line - 1 - from < MAX_ENTRY && !isEdge(lines[from - 1] ?? '')) from -= 1;
  while (to + 1 < lines.length && to - line < MAX_ENTRY && !isEdge(lines[to + 1] ?? '')) to += 1;
  return lines.slice(Math.max(0, from - 1), to + 2);
}

/** True where the whole entry is in view, and no checksum is in it. */
function lacksIntegrity(source: TextSource, line: number): boolean {
  const block = blockAround(source, line);
  const isWhole = /\{\s*$/.test(block[0] ?? '') && /^\s*\}/.test(block.at(-1) ?? '');
  return isWhole && !block.some((near) => near.includes('"integrity"') || near.includes('"inBundle"'));
}
