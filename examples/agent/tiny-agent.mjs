#!/usr/bin/env node
// Stands for a coding agent's command line: it reads a prompt from standard input and prints JSON, with its answer inside.
// Lines of code are given as `  42 + code`, below a line `File: path`.
import { text } from 'node:stream/consumers';

const prompt = await text(process.stdin);
const findings = [];
let path = null;
for (const line of prompt.split('\n')) {
  path = /^File: (.+)$/.exec(line)?.[1] ?? path;
  const [, number, code] = /^ *(\d+) \+ (.*)$/.exec(line) ?? [];
  if (code === undefined || !/\b(exec|execSync|system)\(/.test(code)) continue;
  findings.push({
    ...{ title: 'Command from outside', cwe: 'CWE-78', severity: 'high', confidence: 0.7, path },
    ...{ startLine: Number(number), endLine: Number(number), evidence: code.trim() },
    ...{ message: 'A command is made of a value that may come from outside.', fix: 'Pass the arguments as a list, without a shell.' },
  });
}

console.error('thinking…');
console.log(
  JSON.stringify({
    type: 'result',
    is_error: false,
    result: `Here is my review.\n\`\`\`json\n${JSON.stringify({ findings, needs: [] })}\n\`\`\``,
    usage: { input_tokens: Math.ceil(prompt.length / 4), output_tokens: 40 * findings.length + 20 },
  }),
);
