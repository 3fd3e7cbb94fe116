import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePatch } from '#diff/parse-patch.ts';
import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import { groupSteps, lineText, type Numbered, numberSteps, path, steps } from './arbitrary-change.ts';

interface Style {
  readonly prefixes: readonly [string, string];
  readonly crlf: boolean;
  readonly header: boolean;
}
const style: fc.Arbitrary<Style> = fc.record({
  prefixes: fc.constantFrom<Style['prefixes'][]>(['a/', 'b/'], ['a/', 'b/'], ['', ''], ['i/', 'w/'], ['old/', 'new/']),
  crlf: fc.boolean(),
  header: fc.boolean(),
});

/** Git quotes names with control characters and quotes; others too, byte by byte, unless told not to. */
function quote(name: string): string {
  if (!/[^ -~]|["\\]/.test(name)) return name;
  const bytes = [...Buffer.from(name)].map((byte) =>
    byte === 34 || byte === 92
      ? `\\${String.fromCharCode(byte)}`
      : byte < 32 || byte > 126
        ? `\\${byte.toString(8).padStart(3, '0')}`
        : String.fromCharCode(byte),
  );
  return `"${bytes.join('')}"`;
}

const MARKS = { added: '+', removed: '-', context: ' ' } as const;

function printHunk(lines: readonly Numbered[], whole: readonly Numbered[]): string[] {
  const range = (side: 'oldLine' | 'newLine') => {
    const numbers = lines.flatMap((line) => line[side] ?? []);
    const before = whole.slice(0, whole.indexOf(lines[0]!)).flatMap((line) => line[side] ?? []);
    const start = numbers[0] ?? before.at(-1) ?? 0;
    return numbers.length === 1 ? `${start}` : `${start},${numbers.length}`;
  };
  return [`@@ -${range('oldLine')} +${range('newLine')} @@`, ...lines.map((line) => MARKS[line.mark] + line.text)];
}

function printFile(name: string, groups: readonly Numbered[][], whole: readonly Numbered[], { prefixes, header }: Style): string[] {
  const [before, after] = prefixes.map((prefix) => quote(prefix + name));
  const tab = name.includes(' ') ? '\t' : '';
  const top = header ? [`diff --git ${before} ${after}`, 'index 1111111..2222222 100644'] : [];
  return [...top, `--- ${before}${tab}`, `+++ ${after}${tab}`, ...groups.flatMap((group) => printHunk(group, whole))];
}

const stripped = (line: Numbered) => ({ ...line, text: line.text.replace(/\r+$/, '') });

describe('a diff that was written', () => {
  it('is read back: every line with its text and its numbers', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ path, steps, context: fc.integer({ min: 0, max: 3 }) }), {
          selector: (file) => file.path,
          minLength: 1,
          maxLength: 4,
        }),
        style,
        (files, how) => {
          const whole = files.map((file) => numberSteps(file.steps));
          const groups = files.map((file, at) => groupSteps(whole[at]!, file.context));
          const lines = files.flatMap((file, at) => printFile(file.path, groups[at]!, whole[at]!, how));
          const parsed = parseUnifiedDiff(`${lines.join(how.crlf ? '\r\n' : '\n')}\n`);
          expect(parsed.map((file) => file.path)).toEqual(files.map((file) => file.path));
          expect(parsed.map((file) => file.hunks.map((hunk) => hunk.lines))).toEqual(
            groups.map((file) => file.map((group) => group.map(stripped))),
          );
          const ids = parsed.flatMap((file) => file.hunks.map((hunk) => hunk.id));
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused when it was cut within a hunk, never shortened', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (list, seed) => {
        const whole = numberSteps(list);
        const lines = printHunk(whole, whole);
        const cut = 1 + (seed % (lines.length - 1));
        expect(() => parsePatch('a.ts', lines.slice(0, cut).join('\n'))).toThrow(/hunk that starts at line 1/);
        expect(parsePatch('a.ts', lines.join('\n'))[0]?.lines).toHaveLength(list.length);
      }),
    );
  });

  it('never throws anything but one clear sentence, whatever the text is', () => {
    const word = fc.oneof(
      lineText,
      fc.constantFrom(
        '@@ -1,2 +1,2 @@',
        '--- a/x',
        '+++ b/x',
        'diff --git a/x b/x',
        'GIT binary patch',
        '+a',
        '-b',
        ' c',
        'new file mode 120000',
        '"',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (lines) => {
        try {
          parseUnifiedDiff(lines.join('\n'));
        } catch (error) {
          expect(error).toMatchObject({ code: 'AEGIS_INPUT', hint: expect.stringMatching(/.\.$/) });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("git's own diff", () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-diff-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const text = fc
    .tuple(fc.array(lineText, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, last]) => lines.join(end) + (last && lines.length > 0 ? end : ''));

  it('turns the old text into the new one, line by line', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('--src-prefix=a/', '--no-prefix'),
        (before, after, context, prefix) => {
          writeFileSync(join(folder, 'x'), before);
          writeFileSync(join(folder, 'y'), after);
          const [file] = parseUnifiedDiff(gitDiff(folder, `-U${context}`, prefix));
          const [oldLines, newLines] = [linesOf(before), linesOf(after)];
          const patched: string[] = [];
          let at = 0;
          for (const line of file?.hunks.flatMap((hunk) => hunk.lines) ?? []) {
            if (line.oldLine !== null) expect(line.text).toBe(oldLines[line.oldLine - 1]);
            if (line.newLine !== null) expect(line.text).toBe(newLines[line.newLine - 1]);
            const until = line.oldLine === null ? at + Math.max(0, (line.newLine ?? 0) - 1 - patched.length) : line.oldLine - 1;
            patched.push(...oldLines.slice(at, until));
            at = Math.max(at, until);
            if (line.oldLine !== null) at = line.oldLine;
            if (line.newLine !== null) patched.push(line.text);
          }
          expect([...patched, ...oldLines.slice(at)]).toEqual(newLines);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

const linesOf = (text: string) =>
  (text.endsWith('\n') ? text.slice(0, -1) : text)
    .split('\n')
    .slice(0, text === '' ? 0 : undefined)
    .map((line) => line.replace(/\r+$/, ''));

function gitDiff(cwd: string, ...options: string[]): string {
  try {
    return execFileSync('git', ['diff', '--no-index', '--no-color', '--no-ext-diff', '--text', ...options, 'x', 'y'], {
      cwd,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
