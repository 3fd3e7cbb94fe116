import { describe, expect, it } from 'vitest';
import type { Chunk } from '#model/chunk.ts';
import { applyToChunk, applyToText } from './apply-replacement.ts';

const at = (startLine: number, endLine: number, text: string) => ({ startLine, endLine, text });

describe('a replacement in the text', () => {
  it.each([
    { name: 'takes the place of one line', replacement: at(2, 2, 'B'), after: 'a\nB\nc' },
    { name: 'may be longer than what it replaces', replacement: at(2, 2, 'x\ny'), after: 'a\nx\ny\nc' },
    { name: 'may be shorter', replacement: at(1, 2, 'x'), after: 'x\nc' },
    { name: 'that is empty removes the lines', replacement: at(2, 2, ''), after: 'a\nc' },
    { name: 'may be of the last line', replacement: at(3, 3, 'z'), after: 'a\nb\nz' },
    { name: 'that changes nothing is none', replacement: at(2, 2, 'b'), after: null },
    { name: 'of lines that are not there is none', replacement: at(3, 4, 'x'), after: null },
    { name: 'of no lines is none', replacement: at(2, 1, 'x'), after: null },
    { name: 'of line 0 is none', replacement: at(0, 1, 'x'), after: null },
  ])('$name', ({ replacement, after }) => {
    expect(applyToText('a\nb\nc', replacement)).toBe(after);
  });

  it('keeps the style of line ends of the file', () => {
    expect(applyToText('a\r\nb\r\nc\r\n', at(2, 2, 'x\ny'))).toBe('a\r\nx\r\ny\r\nc\r\n');
  });
});

describe('a replacement in the chunk', () => {
  const line = (newLine: number, text: string, mark: 'added' | 'context' = 'added') => ({ mark, text, oldLine: null, newLine });
  const removed = { mark: 'removed' as const, text: 'was', oldLine: 9, newLine: null };
  const chunk: Chunk = {
    id: 'c',
    files: [
      {
        path: 'a.js',
        language: 'javascript',
        hunks: [
          { hunkId: 'h1', lines: [line(3, 'three', 'context'), line(4, 'four'), removed, line(5, 'five')], whole: true },
          { hunkId: 'h2', lines: [line(9, 'nine')], whole: true },
        ],
        surroundings: [
          { line: 1, text: 'one' },
          { line: 7, text: 'seven' },
        ],
        text: 'one\r\ntwo\r\nthree\r\nfour\r\nfive\nsix\nseven\neight\nnine',
      },
    ],
    tokens: 10,
    risk: 1,
  };

  it('is none for a piece of a line', () => {
    const [file] = chunk.files;
    if (file === undefined) throw new TypeError('a chunk has a file');
    const longer = { ...chunk, files: [{ ...file, text: 'one\ntwo\nthree\nfour and more\nfive' }] };
    expect(applyToChunk(longer, at(4, 4, 'x'), 'new whole')).toBeNull();
    expect(applyToChunk(longer, at(3, 3, 'x'), 'new whole')).not.toBeNull();
  });

  it('moves every line below it, and keeps what the change removed', () => {
    const patched = applyToChunk(chunk, at(4, 4, 'x\ny'), 'new whole');
    const [file] = patched?.files ?? [];
    expect(file?.hunks.map(({ lines }) => lines.map(({ newLine, text }) => [newLine, text]))).toEqual([
      [
        [3, 'three'],
        [4, 'x'],
        [5, 'y'],
        [null, 'was'],
        [6, 'five'],
      ],
      [[10, 'nine']],
    ]);
    expect(file?.surroundings).toEqual([
      { line: 1, text: 'one' },
      { line: 8, text: 'seven' },
    ]);
    expect(file?.text).toBe('new whole');
    expect(patched?.id).not.toBe('c');
  });

  it.each([
    { name: 'lines of two hunks', replacement: at(5, 9, 'x') },
    { name: 'lines that are not shown', replacement: at(20, 21, 'x') },
    { name: 'surroundings, which the change does not touch', replacement: at(7, 7, 'x') },
  ])('is none for $name', ({ replacement }) => {
    expect(applyToChunk(chunk, replacement, 'new')).toBeNull();
  });

  it('is none for a chunk of several files', () => {
    expect(applyToChunk({ ...chunk, files: [...chunk.files, ...chunk.files] }, at(4, 4, 'x'), 'new')).toBeNull();
  });
});
