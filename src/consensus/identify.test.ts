import { describe, expect, it } from 'vitest';
import type { Outline } from '#model/outline.ts';
import { makeChange } from '../../test/fixtures/panel.ts';
import { type Identified, identify } from './identify.ts';

const claimed: Identified = {
  path: 'src/app.js',
  startLine: 42,
  endLine: 42,
  cwe: 'CWE-89',
  evidence: 'db.query(q + name)',
  evidenceLine: 42,
};
const at = (line: number, over: Partial<Identified> = {}) => ({ ...claimed, startLine: line, endLine: line, evidenceLine: line, ...over });
const change = makeChange([{ path: 'src/app.js', start: 40, count: 10 }]);
const outlines = (...symbols: [name: string, startLine: number, endLine: number][]) =>
  new Map<string, Outline | null>([
    ['src/app.js', { symbols: symbols.map(([name, startLine, endLine]) => ({ name, startLine, endLine })), importLines: [] }],
  ]);
const name = (one: Identified, known = outlines(), within = change) => identify([one], within, known)[0];

describe('identify', () => {
  it('follows the code, not the line', () => expect(name(at(45))).toBe(name(at(42))));
  it('follows a rename', () => {
    const renamed = makeChange([{ path: 'lib/app.js', oldPath: 'src/app.js', start: 40, count: 10 }]);
    expect(name(at(42, { path: 'lib/app.js' }), outlines(), renamed)).toBe(name(at(42)));
  });
  it('a copy is another file', () => {
    const { files, ...others } = makeChange([{ path: 'lib/app.js', oldPath: 'src/app.js', start: 40, count: 10 }]);
    const copied = { ...others, files: files.map((file) => ({ ...file, status: 'copied' as const })) };
    expect(name(at(42, { path: 'lib/app.js' }), outlines(), copied)).not.toBe(name(at(42)));
  });
  it('knows the innermost symbol', () => {
    const nested = outlines(['Users', 1, 90], ['find', 40, 60]);
    expect(name(at(42), nested)).toBe(name(at(42), outlines(['find', 40, 60])));
    expect(name(at(42), nested)).not.toBe(name(at(42), outlines(['Users', 1, 90])));
    expect(name(at(42), nested)).not.toBe(name(at(42)));
  });
  it('takes the symbol of the quoted line, also where another model begins above it', () => {
    const known = outlines(['find', 41, 60]);
    expect(name(at(42, { startLine: 40 }), known)).toBe(name(at(42), known));
  });
  it('tells equal lines apart by their order, in whatever order they are given', () => {
    const [first, second, third] = [at(41), at(44), at(48)];
    const names = identify([first, second, third], change, outlines());
    expect(new Set(names).size).toBe(3);
    expect(identify([third, first, second], change, outlines())).toEqual([names[2], names[0], names[1]]);
    expect(names[0]).toBe(name(at(42)));
  });
  it('equal lines of two functions do not number each other', () => {
    const known = outlines(['find', 40, 45], ['list', 46, 60]);
    expect(identify([at(42), at(48)], change, known)).toEqual([name(at(42), known), name(at(48), known)]);
  });
  it('a file that took the name of a renamed one has names of its own', () => {
    const swapped = makeChange([
      { path: 'lib/app.js', oldPath: 'src/app.js', start: 40, count: 10 },
      { path: 'src/app.js', start: 40, count: 10 },
    ]);
    const [moved, fresh] = identify([at(48, { path: 'lib/app.js' }), at(41)], swapped, outlines());
    expect(moved).not.toBe(fresh);
    expect(identify([at(41, { path: 'lib/app.js' }), at(48)], swapped, outlines())).toEqual([moved, fresh]);
  });
});
