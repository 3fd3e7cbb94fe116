import { describe, expect, it } from 'vitest';
import { matchPaths } from './match-paths.ts';

describe('matchPaths', () => {
  it.each([
    { glob: '**', yes: ['a', 'a/b.js', '.env', 'a\nb'], no: [] },
    { glob: 'docs/', yes: ['docs/a', 'docs/b/c'], no: ['docs2/a', 'x/docs/a'] },
    { glob: 'docs', yes: ['docs', 'docs/a', 'docs/b/c'], no: ['docs2/a', 'x/docs/a'] },
    { glob: 'src/a.js', yes: ['src/a.js'], no: ['src/a.jsx', 'x/src/a.js'] },
    { glob: './src/**', yes: ['src/a'], no: ['x/src/a'] },
    { glob: './src/', yes: ['src/a'], no: ['x/src/a'] },
    { glob: '/src/**', yes: ['src/a'], no: ['x/src/a'] },
    { glob: '/', yes: ['a', 'a/b'], no: [] },
    { glob: '*', yes: ['a', '.env'], no: ['a/b'] },
    { glob: '*.js', yes: ['a.js'], no: ['src/a.js', 'a.js/b'] },
    { glob: '{a,b}/*', yes: ['a/x', 'b/x'], no: ['c/x', 'a/x/y'] },
    { glob: '!(a|b)', yes: ['c'], no: ['a', 'b'] },
    { glob: '!docs/keep.js', yes: [], no: ['docs/keep.js', 'src/a.js'] },
    { glob: '', yes: [], no: ['a'] },
  ])('$glob', ({ glob, yes, no }) => {
    const matches = matchPaths([glob]);
    expect({ yes: yes.filter(matches), no: no.filter(matches) }).toEqual({ yes, no: [] });
  });

  it('of none nothing', () => expect(matchPaths([])('a')).toBe(false));
});
