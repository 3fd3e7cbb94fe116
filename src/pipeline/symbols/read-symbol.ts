import { splitSymbol } from '#lib/symbol-name.ts';

/** What a model writes around a name. */
const FILLER = new Set(
  (
    'the of and for definition implementation code source body function method class async def const let var type interface ' +
    'enum struct func fn module constant variable symbol helper export default new await static public private protected'
  ).split(' '),
);

/** A file that is named beside the symbol. */
const FILE = /\.(?:[cm]?[jt]sx?|py|vue|java|go|rb|php|cs|c|h)$/;
/** Longer than any request for one name; the rest is not read. */
const MAX_CHARACTERS = 300;

/**
 * The symbol that a model asks for, in plain words: `db.query` for "`db.query(sql)`", "function db.query" and
 * "src/db.ts: db->query". Null where there is not exactly one.
 */
export function readSymbol(request: string): string | null {
  const plain = request
    .slice(0, MAX_CHARACTERS)
    .replace(/[`'"]/g, '')
    // Arguments, types and bodies begin with a bracket.
    .replace(/[([{<][\s\S]*$/, '')
    .replace(/->|\?\./g, '.')
    .replace(/^[\s&*@.]+|[\s.,;:#]+$/g, '');
  const words = plain
    .split(/[\s,;]+|(?<!:):(?!:)/)
    .map((word) => (word.split('/').at(-1) ?? '').replace(/^\$?(?:this|self)\./, ''))
    .filter((word) => word !== '' && !FILE.test(word));
  const names = words.length > 1 ? words.filter((word) => !FILLER.has(word)) : words;
  const [name] = names;
  return name !== undefined && names.length === 1 && splitSymbol(name) !== null ? name : null;
}
