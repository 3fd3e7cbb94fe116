#!/usr/bin/env node
// A static tool in thirty lines: it reads the files that it is given and prints one line for each call that is not
// wanted, as compilers do: `path:line:column: severity: message (weakness)`. It prints nothing where it finds nothing,
// and ends with 1 where it found something.
import { readFileSync } from 'node:fs';

const BANNED = [
  { call: /\beval\s*\(/g, severity: 'error', why: 'eval runs text as code (CWE-95)' },
  { call: /\bMath\.random\s*\(/g, severity: 'warning', why: 'Math.random can be foretold; use node:crypto (CWE-338)' },
  { call: /\bmd5\s*\(/gi, severity: 'warning', why: 'MD5 is broken (CWE-328)' },
  { call: /\bpickle\.loads?\s*\(/g, severity: 'error', why: 'pickle runs what it reads (CWE-502)' },
];

let found = 0;
for (const path of process.argv.slice(2)) {
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    for (const { call, severity, why } of BANNED) {
      for (const match of line.matchAll(call)) {
        console.log(`${path}:${index + 1}:${match.index + 1}: ${severity}: ${why}`);
        found += 1;
      }
    }
  }
}
process.exitCode = found > 0 ? 1 : 0;
