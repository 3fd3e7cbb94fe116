import { RE2JS } from 're2js';

/** Flags by their letter in JavaScript. */
const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** A pattern of RE2 (https://github.com/google/re2/wiki/Syntax), or one clause on why it is none. */
export function compilePattern(pattern: string, flags: string): RE2JS | string {
  try {
    return RE2JS.compile(
      pattern,
      [...flags].reduce((all, flag) => all | (FLAGS[flag] ?? 0), 0),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be compiled';
    return `is no pattern of RE2 (no look-around and no back references): ${why.slice(0, 200)}`;
  }
}
