import { describe, expect, it } from 'vitest';
import { createActionLog } from './action-log.ts';
import { outputEntry } from './output-entry.ts';

function open() {
  const lines: string[] = [];
  return { lines, log: createActionLog((text) => void lines.push(text)) };
}

describe('the log of a step', () => {
  it('shows ten annotations of a level, and the others as plain lines', () => {
    const { lines, log } = open();
    for (let at = 1; at <= 12; at += 1) log.annotate('error', `fault ${at}`, { file: 'a.js', line: at });
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10);
    expect(lines.slice(10)).toEqual(['error: a.js:11 fault 11\n', 'error: a.js:12 fault 12\n']);
  });

  it('a report takes the room that is left', () => {
    const { lines, log } = open();
    for (let at = 1; at <= 9; at += 1) log.annotate('warning', `note ${at}`);
    log.report('::warning file=a.js,line=1::one%0Aand 100%25\n::warning file=b.js,line=2::two%0Aand 100%25\nplain\n');
    expect(lines.slice(9)).toEqual(['::warning file=a.js,line=1::one%0Aand 100%25\n', 'warning: two and 100%\n', 'plain\n']);
  });

  it.each([
    { name: 'a line that begins like a command', text: '::set-env name=PATH::/tmp' },
    { name: 'one behind white space', text: '  ::add-path::/tmp' },
    { name: 'a second line', text: 'harmless\n::stop-commands::x' },
    { name: 'the old form', text: 'x ##[error]y' },
  ])('does not let $name act', ({ text }) => {
    const { lines, log } = open();
    log.say(text);
    log.annotate('notice', text);
    const written = lines.join('').split('\n');
    expect(written.filter((line) => /^\s*::(?!notice )/.test(line) || line.includes('##['))).toEqual([]);
  });
});

describe('outputEntry', () => {
  it('keeps a value of several lines apart from what follows', () =>
    expect(outputEntry('report-file', 'a\nb=c', 'd1')).toBe('report-file<<d1\na\nb=c\nd1\n'));

  it('does not let a value end itself', () => expect(() => outputEntry('x', 'a\nd1\ny=1', 'd1')).toThrow(TypeError));
});
