import picomatch from 'picomatch';

/** True: set. False: unset (`-diff`, `linguist-generated=false`). Absent: nothing is said. */
type Attributes = Readonly<Record<string, boolean>>;

interface Rule {
  readonly matches: (path: string) => boolean;
  readonly attributes: readonly (readonly [name: string, value: boolean | null])[];
}

/**
 * Reads a `.gitattributes` of the root folder; of several rules for a path the last one wins, attribute by attribute.
 * https://git-scm.com/docs/gitattributes
 */
export function readAttributes(text: string): (path: string) => Attributes {
  const rules = text.split(/\r?\n/).flatMap(readRule);
  return (path) => {
    const found: Record<string, boolean> = {};
    for (const rule of rules) {
      if (!rule.matches(path)) continue;
      for (const [name, value] of rule.attributes) {
        if (value === null) delete found[name];
        else found[name] = value;
      }
    }
    return found;
  };
}

function readRule(line: string): Rule[] {
  const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))\s+(\S.*)$/.exec(line);
  if (match === null || /^\s*(?:#|\[attr\])/.test(line)) return [];
  const pattern = match[1]?.replace(/\\(["\\])/g, '$1') ?? match[2] ?? '';
  // A pattern with an exclamation mark is forbidden, and one that ends in a slash names a folder: it matches no file.
  if (pattern.startsWith('!') || pattern.endsWith('/')) return [];
  const attributes = (match[3] ?? '').trim().split(/\s+/).flatMap(readAttribute);
  return [{ matches: matchPattern(pattern), attributes }];
}

/** A pattern without a slash matches the name in any folder, one with a slash the whole path. Braces are plain characters. */
function matchPattern(pattern: string): (path: string) => boolean {
  const anchored = pattern.includes('/');
  const glob = anchored ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return picomatch(glob, { dot: true, nobrace: true, noextglob: true, nonegate: true, windows: false });
}

function readAttribute(word: string): (readonly [string, boolean | null])[] {
  // The macro that git defines: https://git-scm.com/docs/gitattributes#_using_macro_attributes
  if (word === 'binary') return [['diff', false]];
  if (word.startsWith('-')) return [[word.slice(1), false]];
  if (word.startsWith('!')) return [[word.slice(1), null]];
  const [name = '', value = 'true'] = word.split('=', 2);
  return [[name, value !== 'false']];
}
