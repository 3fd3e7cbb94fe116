import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigProblem } from '#model/errors.ts';
import { isDeepYaml } from './is-deep-yaml.ts';
import { dotted, plain, type YamlPath } from './yaml-path.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML text as plain data, and where each part of it stands. */
export interface YamlReading {
  /** Objects, lists, strings, numbers, booleans and null; undefined where the text could not be read. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** Where a value stands, or its key with `at: 'key'`; the nearest enclosing one for a path that is not there. */
  place(path: YamlPath, at?: 'key' | 'value'): Place;
}

/** A configuration is a page of text. What is larger is a mistake or an attack. */
const PAGE = { bytes: 256 * 1024, values: 20_000 };
const MAX_DEPTH = 32;
const MAX_ALIASES = 100;
/** One broken bracket breaks all that follows it: the first syntax errors are the ones that help. */
const MAX_SYNTAX_ERRORS = 5;

const START: Place = { line: 1, column: 1 };

class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * Reads one YAML document from a stranger. Tags are refused, aliases are few, and the work is bounded: the library's
 * own conversion and its check for repeated keys are not linear, so both are done here.
 */
export function readYaml(text: string, most: { readonly bytes: number; readonly values: number } = PAGE): YamlReading {
  if (Buffer.byteLength(text) > most.bytes) return unreadable(`is larger than ${most.bytes / 1024} KB`, START);
  const counter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (isDeepYaml(text)) return unreadable(TOO_DEEP, START);
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, message, pos }) => ({
      ...placeOf(pos[0]),
      key: '',
      message: describeSyntax(code, message),
    }));
    return { value: undefined, problems: withoutRepeats(problems).slice(0, MAX_SYNTAX_ERRORS), place: () => START };
  }

  const places = new Map<string, { key: number; value: number }>();
  const problems: ConfigProblem[] = [];
  let nodes = 0;
  let aliases = 0;

  function read(node: unknown, path: YamlPath, keyAt: number): unknown {
    const found = node as Node | null;
    const at = found?.range?.[0] ?? keyAt;
    nodes += 1;
    if (nodes > most.values) throw new Unreadable(`has more than ${most.values.toLocaleString('en')} values`, at);
    if (path.length > MAX_DEPTH) throw new Unreadable(`is nested deeper than ${MAX_DEPTH} levels`, at);
    places.set(JSON.stringify(path), { key: keyAt, value: at });
    if (isAlias(found)) {
      aliases += 1;
      if (aliases > MAX_ALIASES) throw new Unreadable(`has more than ${MAX_ALIASES} aliases`, at);
      const meant = found.resolve(document);
      if (meant !== undefined) return read(meant, path, keyAt);
      problems.push({
        ...placeOf(at),
        key: dotted(path),
        message: `refers to \`${plain(found.source)}\`, which nothing before it is called`,
      });
      return undefined;
    }
    if ((isScalar(found) || isCollection(found)) && found.tag !== undefined) {
      problems.push({ ...placeOf(at), key: dotted(path), message: 'has a YAML tag; tags are not allowed' });
    }
    if (isScalar(found)) return found.value;
    if (isSeq(found)) return found.items.map((item, index) => read(item, [...path, index], (item as Node | null)?.range?.[0] ?? at));
    if (!isMap(found)) return null;
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const pair of found.items) {
      const pairAt = (pair.key as Node | null)?.range?.[0] ?? at;
      const key = isScalar(pair.key) && pair.key.tag === undefined ? String(pair.key.value) : null;
      if (key === null) {
        problems.push({ ...placeOf(pairAt), key: dotted(path), message: 'has a key that is not a plain word' });
      } else if (key === '__proto__') {
        // Records of later readers would lose it without a word.
        problems.push({ ...placeOf(pairAt), key: dotted(path), message: 'has the key `__proto__`, which is not allowed' });
      } else if (key in object) {
        problems.push({ ...placeOf(pairAt), key: dotted([...path, key]), message: `the key \`${plain(key)}\` stands here twice` });
      } else {
        object[key] = read(pair.value, [...path, key], pairAt);
      }
    }
    return { ...object };
  }

  try {
    const value = read(document.contents, [], 0);
    return { value, problems, place: (path, at = 'value') => placeOf(offsetOf(path, at)) };
  } catch (error) {
    if (error instanceof Unreadable) return unreadable(error.message, placeOf(error.at));
    throw error;
  }

  function offsetOf(path: YamlPath, at: 'key' | 'value'): number {
    const exact = places.get(JSON.stringify(path));
    if (exact !== undefined) return exact[at];
    return path.length === 0 ? 0 : offsetOf(path.slice(0, -1), 'key');
  }
}

const TOO_DEEP = 'is nested too deeply';

/** Many brackets that stay open at one place are one fault. */
function withoutRepeats(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.line}:${problem.column} ${problem.message}`, problem])).values()];
}

function describeSyntax(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'is not valid YAML: only one document is allowed';
  return `is not valid YAML: ${plain(message.charAt(0).toLowerCase() + message.slice(1), 200)}`;
}

function unreadable(message: string, place: Place): YamlReading {
  return { value: undefined, problems: [{ ...place, key: '', message }], place: () => START };
}
