import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '#model/candidate.ts';
import type { DiffLine } from '#model/change-set.ts';
import type { Chunk, ChunkFile } from '#model/chunk.ts';
import { anchorClaim } from './anchor.ts';

const added = (newLine: number, text: string): DiffLine => ({ mark: 'added', text, oldLine: null, newLine });
const context = (newLine: number, text: string): DiffLine => ({ mark: 'context', text, oldLine: newLine, newLine });
const removed = (oldLine: number, text: string): DiffLine => ({ mark: 'removed', text, oldLine, newLine: null });

const users: ChunkFile = {
  path: 'src/users.js',
  language: 'javascript',
  surroundings: [
    { line: 1, text: "const db = require('./db');" },
    { line: 2, text: "const express = require('express');" },
    { line: 9, text: 'function install(app) {' },
  ],
  hunks: [
    {
      hunkId: 'src/users.js@10,10',
      whole: true,
      lines: [
        context(10, "  app.get('/user', (req, res) => {"),
        removed(11, '    const id = Number(req.query.id);'),
        added(11, '    const id = req.query.id;'),
        added(12, "    const q = 'SELECT * FROM users WHERE id = ' + id;"),
        added(13, '    db.query(q, (err, rows) => {'),
        context(14, '      res.json(rows);'),
        context(15, '    });'),
      ],
    },
    {
      hunkId: 'src/users.js@40,40',
      whole: true,
      lines: [context(40, '  return app;'), added(41, '    const id = req.query.id;'), removed(42, '  check(app);')],
    },
  ],
  text: null,
};
const admin: ChunkFile = {
  path: 'src/admin.js',
  language: 'javascript',
  surroundings: [],
  hunks: [{ hunkId: 'src/admin.js@1,1', whole: true, lines: [added(1, 'eval(input);'), added(12, 'run(input);')] }],
  text: null,
};
const chunkOf = (...files: ChunkFile[]): Chunk => ({ id: 'chunk', files, tokens: 1, risk: 0 });
const claim = (over: Partial<Claim>): Claim => ({
  title: 'Weakness',
  cwe: 'CWE-89',
  severity: 'high',
  confidence: 0.9,
  path: null,
  startLine: null,
  endLine: null,
  evidence: null,
  message: 'It is weak.',
  fix: null,
  ...over,
});
const who = { modelId: 'model', role: 'deep_scan' };
const place = (over: Partial<Claim>, ...files: ChunkFile[]) => {
  const found = anchorClaim(claim(over), chunkOf(...(files.length === 0 ? [users] : files)), who);
  return found && `${found.path === users.path ? '' : `${found.path}:`}${found.startLine}-${found.endLine} ${found.anchoredBy}`;
};

describe('anchorClaim', () => {
  it.each([
    {
      name: 'a quoted line at its number',
      over: { startLine: 12, endLine: 12, evidence: "const q = 'SELECT * FROM users WHERE id = ' + id;" },
      at: '12-12 evidence',
    },
    {
      name: 'a quote with other white space',
      over: { startLine: 12, evidence: "const  q='SELECT * FROM users WHERE id = '+id ;" },
      at: '12-12 evidence',
    },
    {
      name: 'a quote with the number and mark of the prompt',
      over: { startLine: 12, evidence: "   12 + const q = 'SELECT * FROM users WHERE id = ' + id;" },
      at: '12-12 evidence',
    },
    {
      name: 'a quote with a context line’s number',
      over: { startLine: 14, evidence: '   14         res.json(rows);' },
      at: '14-14 evidence',
    },
    { name: 'a quote with a colon behind the number', over: { startLine: 14, evidence: '14: res.json(rows);' }, at: '14-14 evidence' },
    { name: 'a quote with a diff’s mark', over: { startLine: 13, evidence: '+    db.query(q, (err, rows) => {' }, at: '13-13 evidence' },
    {
      name: 'a quote within the claimed range',
      over: { startLine: 11, endLine: 14, evidence: 'db.query(q, (err, rows) => {' },
      at: '13-14 evidence',
    },
    {
      name: 'a range that leaves the hunk is cut to it',
      over: { startLine: 13, endLine: 99, evidence: 'db.query(q, (err, rows) => {' },
      at: '13-15 evidence',
    },
    {
      name: 'a quote at a wrong number moves there',
      over: { startLine: 99, endLine: 120, evidence: 'db.query(q, (err, rows) => {' },
      at: '13-13 nearest-evidence',
    },
    { name: 'a quote without a number', over: { evidence: 'db.query(q, (err, rows) => {' }, at: '13-13 nearest-evidence' },
    {
      name: 'a line that is there twice: at its number',
      over: { startLine: 41, evidence: 'const id = req.query.id;' },
      at: '41-41 evidence',
    },
    {
      name: 'a line that is there twice: the nearer one',
      over: { startLine: 30, evidence: 'const id = req.query.id;' },
      at: '41-41 nearest-evidence',
    },
    {
      name: 'a line that is there twice, no number: the first',
      over: { evidence: 'const id = req.query.id;' },
      at: '11-11 nearest-evidence',
    },
    {
      name: 'a quote of several lines',
      over: { startLine: 50, evidence: "const id = req.query.id;\nconst q = 'SELECT * FROM users WHERE id = ' + id;" },
      at: '11-12 nearest-evidence',
    },
    {
      name: 'a quote of several lines, the first not there',
      over: { startLine: 12, evidence: 'let something = else;\ndb.query(q, (err, rows) => {' },
      at: '13-13 nearest-evidence',
    },
    {
      name: 'a quote that is part of a line',
      over: { startLine: 12, evidence: "'SELECT * FROM users WHERE id = ' + id" },
      at: '12-12 evidence',
    },
    { name: 'a quote that ends in dots', over: { startLine: 12, evidence: "const q = 'SELECT * FROM users..." }, at: '12-12 evidence' },
    {
      name: 'a quote that joins two lines',
      over: { startLine: 12, evidence: "const id = req.query.id; const q = 'SELECT';" },
      at: '11-11 nearest-evidence',
    },
    { name: 'a quoted line of the surroundings', over: { startLine: 1, evidence: "const db = require('./db');" }, at: '1-1 evidence' },
    { name: 'a range over surroundings', over: { startLine: 1, endLine: 12, evidence: "const db = require('./db');" }, at: '1-2 evidence' },
    {
      name: 'a removed line: what stands in its place',
      over: { startLine: 11, evidence: 'const id = Number(req.query.id);' },
      at: '11-11 nearest-evidence',
    },
    {
      name: 'a removed line with its old number and mark',
      over: { startLine: 42, evidence: '  L42 - check(app);' },
      at: '41-41 nearest-evidence',
    },
    { name: 'a number that is shown', over: { startLine: 14, endLine: 15 }, at: '14-15 number' },
    { name: 'a number of the surroundings', over: { startLine: 9 }, at: '9-9 number' },
    { name: 'a number, its quote invented', over: { startLine: 14, evidence: 'system("rm -rf /")' }, at: '14-14 number' },
    { name: 'a number, its quote only brackets', over: { startLine: 14, evidence: '});' }, at: '14-14 number' },
    { name: 'an end without a start', over: { endLine: 13 }, at: '13-13 number' },
    { name: 'an end before the start', over: { startLine: 13, endLine: 3 }, at: '13-13 number' },
    { name: 'a number shortly behind a hunk', over: { startLine: 18 }, at: '15-15 hunk' },
    { name: 'a number shortly before a hunk', over: { startLine: 37 }, at: '40-40 hunk' },
    { name: 'a number far from all', over: { startLine: 25 }, at: null },
    { name: 'neither quote nor number: the change is meant', over: {}, at: '11-11 hunk' },
    { name: 'an invented quote and no number', over: { evidence: 'system("rm -rf /")' }, at: null },
    { name: 'the file’s path', over: { path: 'src/users.js', startLine: 12 }, at: '12-12 number' },
    { name: 'the path of a diff', over: { path: 'b/src/users.js', startLine: 12 }, at: '12-12 number' },
    { name: 'the path with a dot', over: { path: './src/users.js', startLine: 12 }, at: '12-12 number' },
    { name: 'the path with backslashes', over: { path: 'src\\users.js', startLine: 12 }, at: '12-12 number' },
    { name: 'the path with its heading', over: { path: 'File: src/users.js', startLine: 12 }, at: '12-12 number' },
    { name: 'the name alone', over: { path: 'users.js', startLine: 12 }, at: '12-12 number' },
    { name: 'another file', over: { path: 'src/other.js', startLine: 12, evidence: 'const id = req.query.id;' }, at: null },
    { name: 'another file of the same name', over: { path: 'lib/src/users.js', startLine: 12 }, at: null },
  ])('places $name', ({ over, at }) => expect(place(over)).toBe(at));

  it.each([
    { name: 'a path tells the files of a chunk apart', over: { path: 'src/admin.js', startLine: 12 }, at: 'src/admin.js:12-12 number' },
    { name: 'without a path the quote does', over: { startLine: 12, evidence: 'run(input);' }, at: 'src/admin.js:12-12 evidence' },
    {
      name: 'without a path the quote does, at whatever number',
      over: { startLine: 10, evidence: 'run(input);' },
      at: 'src/admin.js:12-12 nearest-evidence',
    },
    {
      name: 'a path wins over the quote of another file',
      over: { path: 'src/users.js', startLine: 12, evidence: 'run(input);' },
      at: '12-12 number',
    },
    { name: 'without a path, a number that both files have is no place', over: { startLine: 12 }, at: null },
    { name: 'without a path, a number that one file has is one', over: { startLine: 41 }, at: '41-41 number' },
    { name: 'without a path, near a hunk is no place', over: { startLine: 17 }, at: null },
    { name: 'without a path, without a number, no quote is no place', over: {}, at: null },
  ])('in a chunk of two files, $name', ({ over, at }) => expect(place(over, users, admin)).toBe(at));

  it.each([
    {
      name: 'at its number in one of them is meant there',
      over: { startLine: 3, evidence: 'run(input);' },
      at: 'src/root.js:3-3 evidence',
    },
    {
      name: 'at a number that only one of them has is meant by the number',
      over: { startLine: 4, evidence: 'run(input);' },
      at: 'src/root.js:4-4 number',
    },
    { name: 'at a number of both, and at neither’s line, is no place', over: { startLine: 1, evidence: 'run(input);' }, at: null },
    { name: 'at a number that is not shown is no place', over: { startLine: 99, evidence: 'run(input);' }, at: null },
    { name: 'without a number is no place', over: { evidence: 'run(input);' }, at: null },
    {
      name: 'with the next line of one of them is meant there',
      over: { startLine: 12, evidence: 'run(input);\nend(input);' },
      at: 'src/root.js:3-4 nearest-evidence',
    },
    { name: 'that both removed is no place', over: { startLine: 99, evidence: 'check(input);' }, at: null },
  ])('without a path, a quote that two files have $name', ({ over, at }) => {
    const gone = { hunkId: 'src/admin.js@20,20', whole: true, lines: [removed(20, 'check(input);'), context(20, 'stop();')] };
    const root: ChunkFile = {
      ...admin,
      path: 'src/root.js',
      hunks: [
        { hunkId: 'src/root.js@1,1', whole: true, lines: [added(1, 'begin(input);'), added(3, 'run(input);'), added(4, 'end(input);')] },
        { ...gone, hunkId: 'src/root.js@20,20' },
      ],
    };
    expect(place(over, { ...admin, hunks: [...admin.hunks, gone] }, root)).toBe(at);
  });

  it('carries the claim, the model and the code over', () => {
    expect(anchorClaim(claim({ startLine: 12, endLine: 12 }), chunkOf(users), who)).toEqual({
      modelId: 'model',
      role: 'deep_scan',
      named: { startLine: 12, endLine: 12 },
      chunkId: 'chunk',
      path: 'src/users.js',
      startLine: 12,
      endLine: 12,
      anchoredBy: 'number',
      hunkId: 'src/users.js@10,10',
      cwe: 'CWE-89',
      title: 'Weakness',
      severity: 'high',
      confidence: 0.9,
      message: 'It is weak.',
      fix: null,
      evidence: "const q = 'SELECT * FROM users WHERE id = ' + id;",
    });
    expect(anchorClaim(claim({ startLine: 1 }), chunkOf(users), who)).toMatchObject({ hunkId: null, startLine: 1 });
  });

  it('finds a line with hidden characters by the form that the prompt shows', () => {
    const file: ChunkFile = {
      ...users,
      surroundings: [],
      hunks: [{ hunkId: 'h', whole: true, lines: [added(1, 'if (user \u202e// admin')] }],
    };
    expect(place({ startLine: 1, evidence: 'if (user \\u{202E}// admin' }, file)).toBe('1-1 evidence');
  });

  it('places nothing where a hunk leaves no line', () => {
    const file: ChunkFile = {
      ...users,
      surroundings: [],
      hunks: [{ hunkId: 'src/users.js@5,4', whole: true, lines: [removed(5, 'check(user);')] }],
    };
    expect(place({ startLine: 5, evidence: 'check(user);' }, file)).toBeNull();
  });

  it('produces only lines that the chunk shows, in one hunk, with 1 ≤ start ≤ end', () => {
    const text = fc.constantFrom('a(x);', 'b(y);', '}', '', 'const id = req.query.id;', 'return value;', '  a(x);');
    const hunk = fc.record({
      start: fc.integer({ min: 1, max: 60 }),
      rows: fc.array(fc.tuple(fc.constantFrom('added', 'removed', 'context'), text), { minLength: 1, maxLength: 8 }),
    });
    const file = fc
      .tuple(
        fc.constantFrom('a.js', 'src/b.js'),
        fc.array(hunk, { maxLength: 3 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), text), { maxLength: 4 }),
      )
      .map(([path, hunks, around]): ChunkFile => {
        let next = 1;
        const made = hunks.map(({ start, rows }) => {
          next += start;
          const hunkId = `${path}@${next},${next}`;
          const lines = rows.map(
            ([mark, line]): DiffLine =>
              mark === 'removed' ? removed(next, line) : mark === 'added' ? added(next++, line) : context(next++, line),
          );
          return { hunkId, lines, whole: true };
        });
        const taken = new Set(made.flatMap(({ lines }) => lines.map(({ newLine }) => newLine)));
        const surroundings = [...new Map(around.filter(([line]) => !taken.has(line)))]
          .map(([line, shown]) => ({ line, text: shown }))
          .sort((a, b) => a.line - b.line);
        return { path, language: null, hunks: made, surroundings, text: null };
      });
    const anyClaim = fc.record({
      path: fc.constantFrom(null, 'a.js', 'src/b.js', 'b.js', 'c.js'),
      startLine: fc.option(fc.integer({ min: -5, max: 200 })),
      endLine: fc.option(fc.integer({ min: -5, max: 200 })),
      evidence: fc.option(
        fc.oneof(
          text,
          fc.string(),
          fc.tuple(text, text).map((lines) => lines.join('\n')),
        ),
      ),
    });
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1, maxLength: 2 }), anyClaim, (files, over) => {
        const found = anchorClaim(claim(over), chunkOf(...files), who);
        if (found === null) return;
        const own = files.find(({ path }) => path === found.path);
        const shown = new Map<number | null, string | null>([
          ...(own?.surroundings ?? []).map(({ line }) => [line, null] as const),
          ...(own?.hunks ?? []).flatMap(({ hunkId, lines }) => lines.map(({ newLine }) => [newLine, hunkId] as const)),
        ]);
        expect(found.startLine).toBeGreaterThanOrEqual(1);
        expect(found.endLine).toBeGreaterThanOrEqual(found.startLine);
        for (let line = found.startLine; line <= found.endLine; line += 1) expect(shown.get(line)).toBe(found.hunkId);
        expect(anchorClaim(claim(over), chunkOf(...files), who)).toEqual(found);
      }),
      { numRuns: 2_000 },
    );
  });
});
