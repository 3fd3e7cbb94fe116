/** Keys and list positions from the top of a file: `['models', 1, 'weight']`. */
export type YamlPath = readonly (string | number)[];

/** `models[1].weight`: a path as people write it. Its keys come from a stranger: shown short and in one line. */
export function dotted(path: YamlPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? plain(part) : `${text}.${plain(part)}`;
  }, '');
}

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string | number, unknown>)[part];
  }, root);
}

/** A stranger's word in a message: no back quote, no control character, not long. */
export function plain(word: string, longest = 60): string {
  const clean = word.replaceAll(/[\p{Cc}\p{Cf}`]/gu, '\uFFFD');
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}
