import picomatch from 'picomatch';

/**
 * A matcher for the globs of `.aegis.yml`. Dot files match like others; `docs/` means all that lies in it. A name may hold
 * any sign (flag `s`): one with a line break in it must not escape `**`.
 */
export function matchPaths(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.filter((glob) => glob !== '').map((glob) => (glob.endsWith('/') ? `${glob}**` : glob.replace(/^\.\//, '')));
  return patterns.length === 0 ? () => false : picomatch(patterns, { dot: true, windows: false, flags: 's' });
}
