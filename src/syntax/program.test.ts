import { describe, expect, it } from 'vitest';
import { parseCode } from './parse.ts';
import { readProgram } from './program.ts';

const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);

describe('hostile code', () => {
  it.each([
    { name: 'brackets without an end', text: '['.repeat(100_000), language: 'javascript' as const },
    { name: 'nested brackets', text: deep('[', ']', 50_000), language: 'javascript' as const },
    { name: 'nested functions', text: deep('var a=function(){', '}', 5_000), language: 'javascript' as const },
    { name: 'a long sum', text: `x=${'a+'.repeat(20_000)}b`, language: 'javascript' as const },
    { name: 'a long chain of calls', text: `x${'.then(a)'.repeat(5_000)}`, language: 'typescript' as const },
    { name: 'calls without an end in Python', text: 'a('.repeat(20_000), language: 'python' as const },
  ])('$name are read without a fault', ({ text, language }) => {
    expect(readProgram(text, language)).not.toBeNull();
  });

  it('says that it left out what is nested too deeply', () => {
    expect(parseCode(deep('[', ']', 2_000), 'javascript')?.cut).toMatch(/nested deeper/);
  });

  it('says that a bundle was not read', () => {
    expect(parseCode('a();'.repeat(300_000), 'javascript')?.cut).toMatch(/more than 1,000,000 characters/);
  });
});

it('counts lines from 1 and columns in UTF-16', () => {
  const tree = parseCode("'😀';\nfoo(1);", 'javascript');
  const call = tree?.root.children[1];
  expect([call?.line, call?.start, call?.end]).toEqual([2, 6, 13]);
});

it('knows no grammar for SQL', () => {
  expect(parseCode('SELECT 1', 'sql')).toBeNull();
  expect(readProgram('SELECT 1', 'sql')).toBeNull();
});
