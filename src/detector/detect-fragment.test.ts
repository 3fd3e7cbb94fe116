import { describe, expect, it } from 'vitest';
import type { Claim } from '#model/candidate.ts';
import type { Language } from '#model/language.ts';
import { FAMILIES, type Pair, readPairs } from '../../test/fixtures/read-pairs.ts';
import { dialectOf, placeIn, SETTINGS, type Setting } from '../../test/fixtures/surround-sample.ts';
import { detectWeaknesses } from './detect.ts';
import { detectInFragment } from './detect-fragment.ts';

/** Lines of context that git shows around a change. */
const CONTEXT = 3;
/** What can stand at the top of a file only. */
const OF_MODULE = /^(import|export|from|module\.|exports|class |@)/m;

interface Hunk {
  readonly text: string;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

/** The piece of code in a larger file, and the hunk that a change from the other one to it would be. */
function hunkOf(setting: Setting, code: string, other: string): Hunk {
  const { lines, from, to } = placeIn(setting, code);
  const before = new Set(other.split('\n').map((line) => line.trim()));
  const numbers = Array.from({ length: to - from + 1 }, (_unused, index) => from + index);
  const changed = numbers.filter((line) => !before.has(lines[line - 1]?.trim() ?? ''));
  const shown = lines.flatMap((text, index) =>
    (changed.length === 0 ? numbers : changed).some((line) => Math.abs(line - index - 1) <= CONTEXT) ? [{ line: index + 1, text }] : [],
  );
  return { text: lines.join('\n'), lines: shown };
}

function cases(): readonly { pair: Pair; setting: Setting }[] {
  return FAMILIES.flatMap(readPairs).flatMap((pair) =>
    SETTINGS.filter(
      ({ dialect, inside }) => dialect === dialectOf(pair.language) && !(inside && OF_MODULE.test(pair.vulnerable + pair.fixed)),
    ).map((setting) => ({ pair, setting })),
  );
}

/** True where the names that the claim speaks of stand in the hunk. */
function isSelfContained({ message }: Claim, { lines }: Hunk): boolean {
  const text = lines.map((line) => line.text).join('\n');
  const owner = /The parameter `[^`]*` of `([^`]*)`/.exec(message)?.[1] ?? '';
  const source = /`([^`.([]*)/.exec(message)?.[1] ?? '';
  return text.includes(source) && text.includes(owner);
}

describe('bare diffs of the pairs, three lines of context, in larger files', () => {
  it('find at least nine tenths of what the whole files show, and nothing in the fixed ones', () => {
    const missed: string[] = [];
    let known = 0;
    for (const { pair, setting } of cases()) {
      const where = `${pair.name}, ${setting.name}`;
      const source = { path: 'src/server', language: pair.language };
      const hunk = hunkOf(setting, pair.vulnerable, pair.fixed);
      const shown = new Set(hunk.lines.map(({ line }) => line));
      const found = detectInFragment({ ...source, lines: hunk.lines }).claims;
      for (const claim of detectWeaknesses({ ...source, text: hunk.text }).claims) {
        if (claim.cwe !== pair.cwe || !shown.has(claim.startLine ?? 0) || !isSelfContained(claim, hunk)) continue;
        known += 1;
        if (!found.some(({ cwe, startLine }) => cwe === claim.cwe && startLine === claim.startLine)) missed.push(where);
      }
      const fixed = hunkOf(setting, pair.fixed, pair.vulnerable);
      expect(detectInFragment({ ...source, lines: fixed.lines }).claims, where).toEqual([]);
    }
    expect(known).toBeGreaterThan(200);
    expect(missed.length / known, missed.join('\n')).toBeLessThan(0.1);
  });
});

function cwesOf(code: string, language: Language | null, first = 40): string[] {
  const lines = code.split('\n').flatMap((text, index) => (text === '…' ? [] : [{ line: first + index, text }]));
  return detectInFragment({ path: 'a', language, lines }).claims.map((claim) => `${claim.startLine} ${claim.cwe} ${claim.evidence}`);
}

describe('a hunk of JavaScript', () => {
  it.each([
    { name: 'closes what began before it', code: '  }\n});\neval(req.query.x);', found: '42' },
    { name: 'begins with methods', code: '  async a(req) {\n    eval(req.query.x);\n  }\n\n  b() {', found: '41' },
    {
      name: 'begins in a method and goes on with the next',
      code: '    return 1;\n  }\n\n  b(req) {\n    eval(req.query.x);\n  }',
      found: '44',
    },
    { name: 'begins in a table', code: "  limit: 10,\n  run: (req) => eval(req.query.x),\n  name: 'a',", found: '41' },
    { name: 'begins in arguments', code: "  'a',\n  (req) => {\n    eval(req.query.x);\n  },\n);", found: '42' },
    { name: 'begins in a branch', code: '    a();\n  } else if (b) {\n    eval(req.query.x);\n  } else {', found: '42' },
    { name: 'begins in a try', code: '    a();\n  } catch (error) {\n    eval(req.query.x);\n  }', found: '42' },
    { name: 'begins in a condition', code: '    b === 1\n  ) {\n    eval(req.query.x);\n  }', found: '42' },
    { name: 'begins with a chain', code: '  .get("a")\n  .then(() => eval(req.query.x));', found: '41' },
    { name: 'begins in a comment', code: " * It's (odd.\n */\nfunction a(req) {\n  eval(req.query.x);\n}", found: '43' },
    { name: 'begins in a template string', code: "  it's {odd\n`);\neval(req.query.x);", found: '42' },
    { name: 'ends in a template string', code: 'eval(req.query.x);\nconst a = `one\n  two {', found: '40' },
    { name: 'begins in cases', code: "    case 'a':\n      eval(req.query.x);\n      break;\n    default:", found: '41' },
    { name: 'ends in a callback of a callback', code: "app.get('/', (req) => {\n  load((err) => {\n    eval(req.query.x);", found: '42' },
  ])('$name', ({ code, found }) => {
    expect(cwesOf(code, 'typescript')).toEqual([`${found} CWE-94 ${code.split('\n')[Number(found) - 40]?.trim()}`]);
  });

  it('begins and ends in markup', () => {
    const code =
      '        <h1>{title}</h1>\n        <p dangerouslySetInnerHTML={{ __html: location.hash }} />\n      </section>\n    );\n  }\n\n  render() {';
    expect(cwesOf(code, 'tsx')).toMatchObject([expect.stringMatching(/^41 CWE-79/)]);
  });

  it('in a file with several: what one says counts in the next', () => {
    const code =
      "import { exec as run } from 'child_process';\n…\nfunction a(req) {\n  const name = req.query.name;\n…\n  run('ls ' + name);\n}";
    expect(cwesOf(code, 'javascript')).toEqual(["45 CWE-78 run('ls ' + name);"]);
  });

  it('of several that do not fit together, each is read for itself', () => {
    const code =
      '  a() {\n    if (b) {\n…\n    }\n  }\n\n  export(req) {\n    eval(req.query.x);\n…\nexport function c(req) {\n  eval(req.query.y);';
    expect(cwesOf(code, 'typescript').map((claim) => claim.slice(0, 2))).toEqual(['47', '50']);
  });
});

describe('a hunk of Python', () => {
  it.each([
    {
      name: 'begins in a method',
      code: '        x = request.args["x"]\n        eval(x)\n\n    def b(self):\n        return 1\n\ndef c():',
      found: '41',
    },
    { name: 'begins with else', code: '    else:\n        eval(request.args["x"])\n    return 1', found: '41' },
    { name: 'begins with except', code: '        a()\n    except ValueError:\n        eval(request.args["x"])', found: '42' },
    { name: 'begins in a string', code: '    It\'s odd (very.\n    """\n    eval(request.args[\'x\'])', found: '42' },
    { name: 'begins in arguments', code: '        b=1,\n    )\n    eval(request.args["x"])', found: '42' },
    { name: 'ends in arguments', code: '    eval(\n        request.args["x"],', found: '40' },
    { name: 'ends with a head', code: '    eval(request.args["x"])\n\n@app.route("/")', found: '40' },
    { name: 'ends in a try', code: '    try:\n        eval(request.args["x"])\n        if a:', found: '41' },
  ])('$name', ({ code, found }) => {
    expect(cwesOf(code, 'python')).toEqual([`${found} CWE-94 ${code.split('\n')[Number(found) - 40]?.trim()}`]);
  });
});

describe('a piece of any text', () => {
  it.each(['javascript', 'tsx', 'python', 'yaml', null] as const)('that is not code ends (%s)', (language) => {
    const start = performance.now();
    for (const text of [
      '('.repeat(20_000),
      '}'.repeat(20_000),
      '`${'.repeat(5_000),
      '<a '.repeat(5_000),
      '"""\n'.repeat(2_000),
      ' (\n'.repeat(500),
    ])
      expect(cwesOf(text, language)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('at a line number that is out of the world is read', () => {
    expect(cwesOf('eval(req.body.x);', 'javascript', 2_000_000_000)).toEqual(['2000000000 CWE-94 eval(req.body.x);']);
  });
});
