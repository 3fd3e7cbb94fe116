/** Lines that are put before and after a piece of Python so that it can be parsed. */
export interface CompletionLines {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

interface Logical {
  readonly indent: number;
  readonly code: string;
}

const TOKENS = /[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*|[()[\]{}]|\n/g;
const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const MAX_LEVELS = 30;

/** Ways to complete a piece of Python, the most likely one first. */
export function* completePython(code: string): Generator<CompletionLines> {
  const quote = /"""|'''/.exec(code);
  const quotes = quote?.[0] ?? '';
  const isEnd = quote !== null && endsForeignString(code, quote.index);
  if (isEnd) yield completeLines(code, quotes);
  yield completeLines(code, '');
  if (!isEnd && quotes !== '') yield completeLines(code, quotes);
}

/** True where the first quotes of a piece look like the end of a string that began before. */
function endsForeignString(code: string, at: number): boolean {
  const [before, after] = [code.slice(0, at), code.slice(at + 3)];
  if (code.split(code.slice(at, at + 3)).length % 2 === 1 || /[=(,[{:+%]\s*\w{0,2}$|\breturn\s+\w{0,2}$/.test(before)) return false;
  return /^[ \t]*([),.%\]]|\n|$)/.test(after);
}

function completeLines(code: string, quotes: string): CompletionLines {
  const scan = scanLines(`${quotes}${code}`);
  // Of a string that began before, the indent is that of what follows it.
  const lines =
    quotes === '' ? scan.lines : scan.lines.map((line, at) => (at === 0 ? { ...line, indent: scan.lines[1]?.indent ?? 0 } : line));
  const before: string[] = [];
  // Each dedent below all before it leaves a block whose head is not in view.
  const levels: Logical[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    if (line.indent < lowest) levels.push(line);
    lowest = Math.min(lowest, line.indent);
  }
  for (const [at, level] of levels.slice(0, MAX_LEVELS).entries()) {
    const inner = levels[at - 1];
    const head = inner === undefined ? clauseHead(level.code) : blockHead(inner.indent, level, lines);
    if (head === null) continue;
    const body = inner === undefined ? [`${' '.repeat(level.indent + 1)}pass`] : [];
    before.unshift(' '.repeat(level.indent) + head, ...body);
  }
  const outermost = levels.at(-1);
  if (outermost !== undefined && outermost.indent > 0) before.unshift(headFor(outermost.indent, lines));
  if (quotes + scan.opening !== '') before.push(`${' '.repeat(lines[0]?.indent ?? 0)}${scan.opening}${quotes}`);
  return { before, after: closeLast(lines, scan.closing) };
}

/** `else`, `except` and their like at the very beginning follow a block that is not in view. */
function clauseHead(code: string): string | null {
  if (/^(elif|else)\b/.test(code)) return 'if piece:';
  return /^(except|finally)\b/.test(code) ? 'try:' : null;
}

function blockHead(inner: number, level: Logical, lines: readonly Logical[]): string {
  return clauseHead(level.code) ?? headFor(inner, lines);
}

/** The head of a block whose lines have this indent: a class where methods stand in it. */
function headFor(indent: number, lines: readonly Logical[]): string {
  const isClass = lines.some((line) => line.indent === indent && /^(async\s+)?def\s+\w+\s*\(\s*(self|cls)\b/.test(line.code));
  return isClass ? 'class Piece:' : 'if piece:';
}

/** A head without a body, a decorator without its function, and a `try` without its clauses need an end. */
function closeLast(lines: readonly Logical[], closing: string): readonly string[] {
  const after = closing === '' ? [] : [closing];
  const last = lines.at(-1);
  if (last === undefined) return after;
  if (/^@/.test(last.code)) after.push(`${' '.repeat(last.indent)}def piece(): pass`);
  else if (/:\s*$/.test(last.code) && closing === '') after.push(`${' '.repeat(last.indent + 1)}pass`);
  let lowest = last.indent + 1;
  for (const line of lines.toReversed()) {
    if (line.indent >= lowest) continue;
    lowest = line.indent;
    if (/^try\s*:/.test(line.code)) after.push(`${' '.repeat(line.indent)}except Exception: pass`);
    if (/^(except|finally)\b/.test(line.code) && line.indent === 0) break;
  }
  return after;
}

/** The logical lines: those that begin outside of strings and brackets. */
function scanLines(code: string): { lines: readonly Logical[]; opening: string; closing: string } {
  const open: string[] = [];
  const missing: string[] = [];
  let unfinished = '';
  const lines: Logical[] = [];
  const addLine = (from: number) => {
    if (open.length > 0) return;
    const end = code.indexOf('\n', from);
    const text = code.slice(from, end < 0 ? undefined : end).replace(/\s#.*$/, '');
    const trimmed = text.trim();
    if (trimmed !== '' && !trimmed.startsWith('#')) lines.push({ indent: text.replace(/\t/g, '        ').search(/\S/), code: trimmed });
  };
  addLine(0);
  for (const match of code.matchAll(TOKENS)) {
    const [token] = match;
    if (token === '\n') addLine(match.index + 1);
    else if (CLOSERS[token] !== undefined) open.push(token);
    else if (OPENERS[token] !== undefined) {
      if (open.length === 0) missing.push(OPENERS[token] ?? '');
      else open.pop();
    } else if (/^\w{0,2}("""|''')/.test(token) && (token.length < 6 || !/("""|''')$/.test(token.slice(3)))) {
      unfinished = /'''|"""/.exec(token)?.[0] ?? '';
    }
  }
  if (open.length > MAX_LEVELS || missing.length > MAX_LEVELS) return { lines: [], opening: '', closing: '' };
  const opening = missing.toReversed().map((bracket) => (bracket === '(' ? 'piece(' : bracket));
  return {
    lines,
    opening: opening.join(''),
    closing:
      unfinished +
      open
        .toReversed()
        .map((bracket) => CLOSERS[bracket])
        .join(''),
  };
}
