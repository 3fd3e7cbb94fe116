import picomatch from 'picomatch';

/**
 * A matcher for the globs of `.aegis.yml`, which begin at the top of the repository, with or without `/` or `./`. Dot files
 * match like others; `docs/` means all that lies in it, and so does `docs` where that is a folder. A name may hold any sign
 * (flag `s`): one with a line break in it must not escape `**`. A leading `!` takes nothing back, and least of all means
 * everything else.
 */
export function matchPaths(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.filter((glob) => glob !== '').flatMap(patternsOf);
  return patterns.length === 0 ? () => false : picomatch(patterns, { dot: true, windows: false, flags: 's', nonegate: true });
}

function patternsOf(glob: string): readonly string[] {
  const plain = glob.replace(/^(?:\.?\/)+/, '');
  if (plain === '' || plain.endsWith('/')) return [`${plain}**`];
  return picomatch.scan(plain).isGlob ? [plain] : [plain, `${plain}/**`];
}
