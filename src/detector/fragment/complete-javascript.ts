import { type Closer, scanBrackets } from './scan-brackets.ts';

/** Text that is put before and after a piece of code so that it can be parsed. */
export interface Completion {
  readonly before: string;
  readonly after: string;
}

type Level = 'statements' | 'members' | 'entries' | 'cases';

const OPENERS: Readonly<Record<Level, string>> = {
  statements: '{',
  members: 'class Piece {',
  entries: 'piece = {',
  cases: 'switch (piece) {',
};
const VALUES: Readonly<Record<Level, string>> = { statements: '() => {', members: 'class {', entries: '{', cases: '{' };
const LEVELS = ['entries', 'members', 'statements', 'cases'] as const;
/** `async find(id: string): Promise<User> {}` at its own level, brackets emptied: a method's head. */
const METHOD =
  /(?:^|[\n;},])[ \t]*(?:(?:static|async|get|set|public|private|protected|readonly|override)\s+|\*\s*|#)*(?!(?:if|for|while|switch|catch|function|with|return)\b)[\w$]+\s*(?:<[^>()]*>)?\(\)\s*(?::[^{};=()]+)?\{(?:\}\s*(,))?/;
const ENTRY = /^\s*(?:(?:['"]{2}|[\w$]+|\[\])\s*:(?!:)\s*[^;]*(?:,|$)|\.\.\.[^;]*,|[\w$]+\s*,\s*(?:\n|$))/;
const CASE = /^\s*(?:case\b|default\s*:)/;
/** Pieces that begin with the rest of an expression. */
const CONTINUED = /^\s*(?:[.?:&|+*/%=>]|<[^A-Za-z/>]|-[^-]|instanceof\b|in\b)/;

/** Ways to complete a piece of JavaScript, the most likely one first. */
export function* completeJavaScript(code: string): Generator<Completion> {
  const [likeliest, ...others] = completeLevels(code, endsForeignComment(code) ? '/*' : '');
  if (likeliest !== undefined) yield likeliest;
  yield* completeMarkup(code);
  // An odd quote: a template string that began before, whose text looks like code, and the code after it like text.
  if (scanBrackets(code).closing.includes('`')) yield* completeLevels(code, '`');
  yield* others;
}

/** `before` is what the piece begins inside of: a comment, a template string, or nothing; `start` are the tags of its markup. */
function* completeLevels(code: string, before: '' | '/*' | '`', start?: string): Generator<Completion> {
  const { closers, rest, closing } = scanBrackets(before + code);
  const isContinued = before === '' && CONTINUED.test(closers[0]?.content ?? rest);
  const operand = start ?? (isContinued ? 'piece' : '');
  const outer = levelOf(rest);
  const complete = (outermost: Level | 'arguments', innermost?: string): Completion => {
    const heads = closers.map((closer, at) => openerOf(closer, closers[at + 1] ?? outermost));
    if (innermost !== undefined) heads[0] = innermost;
    const [head, tail] = outermost === 'arguments' ? ['piece(', ')'] : outermost === 'statements' ? ['', ''] : [OPENERS[outermost], '}'];
    return { before: [head, ...heads.toReversed()].join(' ').trim() + operand + before, after: closing + tail };
  };
  yield complete(outer);
  const [first, second] = closers;
  // The level that the piece begins in is the one that is seen least of.
  if (first?.bracket === '}') for (const level of LEVELS) yield complete(outer, headOf(level, first, second ?? outer));
  if (first?.bracket === ')') for (const head of ['if (', 'function piece(', '(']) yield complete(outer, head);
  for (const level of [...LEVELS, 'arguments'] as const) if (level !== outer) yield complete(level);
}

/** What stands at a level: told by its own text, with `{}` for what is inside brackets. */
function levelOf(text: string): Level {
  // What follows a bracket that began before goes on with its entry.
  const content = text.replace(/^\s*,/, '');
  if (CASE.test(content)) return 'cases';
  const method = METHOD.exec(content);
  if (method !== null) return method[1] === ',' ? 'entries' : 'members';
  return ENTRY.test(content) && !/;\s*$/m.test(content) ? 'entries' : 'statements';
}

/** `outer` is what is around it: the next bracket to be closed, or the level that the piece ends in. */
function openerOf(closer: Closer, outer: Closer | Level | 'arguments'): string {
  const around = aroundOf(outer);
  if (closer.bracket === '}') return headOf(levelOf(closer.content), closer, outer);
  const key = around === 'entries' ? 'piece: ' : '';
  if (closer.bracket === ']') return `${key}[`;
  if (/^\s*=>/.test(closer.after)) return `${key}(`;
  if (!/^\s*(?::[^{};=()]+)?\{/.test(closer.after)) return `${key}piece(`;
  if (around === 'members' || around === 'entries') return 'piece(';
  return /[&|=!<>.]/.test(closer.content) ? 'if (' : 'function piece(';
}

function aroundOf(outer: Closer | Level | 'arguments'): Level | 'arguments' {
  if (typeof outer === 'string') return outer;
  return outer.bracket === '}' ? levelOf(outer.content) : 'arguments';
}

function headOf(level: Level, { after }: Closer, outer: Closer | Level | 'arguments'): string {
  const value = VALUES[level];
  switch (aroundOf(outer)) {
    case 'entries':
      return `piece: ${value}`;
    case 'members':
      return level === 'statements' ? 'piece() {' : `piece = ${value}`;
    case 'arguments':
      return value;
    case 'cases':
      return 'case piece: {';
    case 'statements':
      if (/^\s*(?:catch|finally)\b/.test(after)) return 'try {';
      if (/^\s*else\b/.test(after)) return 'if (piece) {';
      if (/^\s*while\s*\(/.test(after)) return 'do {';
      return /^\s*[),\].;]/.test(after) ? `piece = ${value}` : OPENERS[level];
  }
}

/** `*/ ` without its `; /*`: the piece begins in a comment. */
function endsForeignComment(code: string): boolean {
  const end = /(?:^|\s)\*\/\s*$/m.exec(code);
  return end !== null && !code.slice(0, end.index).includes('/*');
}

/** Markup that began before, or that the piece leaves open. */
function* completeMarkup(code: string): Generator<Completion> {
  const tags = unmatchedTags(code);
  if (tags === null) return;
  const { opened, closed } = tags;
  for (const [start, end] of [
    [opened, closed],
    [`<>${opened}`, `${closed}</>`],
  ] as const) {
    const [completion] = completeLevels(code, '', start);
    if (completion !== undefined) yield { before: completion.before, after: end + completion.after };
  }
}

function unmatchedTags(code: string): { opened: string; closed: string } | null {
  if (!/<\/?[A-Za-z>]/.test(code) || code.length > MAX_MARKUP) return null;
  let plain = code;
  for (let depth = 0; depth < 6; depth += 1) plain = plain.replace(/\{[^{}]*\}/g, '0');
  const open: string[] = [];
  const opened: string[] = [];
  for (const [, slash, name = '', self] of plain.matchAll(/<(\/?)([A-Za-z][\w.]{0,60})?(?:\s[^<>]{0,2000}?)?(\/?)>/g)) {
    if (self === '/') continue;
    if (slash !== '/') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else if (open.length === 0) opened.unshift(`<${name}>`);
  }
  return {
    opened: opened.join(''),
    closed: open
      .toReversed()
      .map((name) => `</${name}>`)
      .join(''),
  };
}

/** Longer pieces of markup are generated. */
const MAX_MARKUP = 20_000;
