import { describe, expect, it } from 'vitest';
import { adoptParser } from '#models/parsers/_custom/adopt-parser.ts';
import { registry } from '../../src/registry.ts';
import { examineParser, type ParserSamples } from './parser.ts';

const FINDING =
  '{"title":"SQL injection","cwe":"CWE-89","severity":"high","confidence":0.9,"startLine":3,"evidence":"a = \'}{\' + b","message":"Joined."}';
const label = (name: string, score: number) => `{"label":"${name}","score":${score}}`;
const sarifLog = (results: string) =>
  `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t","rules":[{"id":"R1","properties":{"tags":["external/cwe/cwe-089"]}}]}},"results":${results}}]}`;

/** Answers of each registered parser. A parser without an entry fails the test below. */
const SAMPLES: Readonly<Record<string, ParserSamples>> = {
  json_findings: {
    found: [`{"findings":[${FINDING}]}`, `Here:\n\`\`\`json\n[${FINDING},]\n\`\`\``],
    none: ['{"findings":[]}', '<think>{"findings":[{"title":"x"}]}</think>[]'],
    unreadable: ['All is well.', '{"summary":"fine"}'],
  },
  json_stream: {
    found: [`{"findings":[${FINDING}]}`, FINDING],
    none: ['{"findings":[]}', '[]'],
    unreadable: ['All is well.', '{"summary":"fine"}'],
  },
  hf_classification: {
    found: [
      `{"classifications":[{"path":"a.py","startLine":1,"endLine":9,"labels":[${label('LABEL_1', 0.9)}]}]}`,
      `[[${label('VULNERABLE', 0.7)},${label('SAFE', 0.3)}]]`,
    ],
    none: [`[${label('LABEL_0', 0.9)}]`, '{"classifications":[]}'],
    unreadable: [`[${label('OTHER', 0.9)}]`, '[]'],
  },
  hf_token_classification: {
    found: [
      '{"tokens":[{"path":"a.py","startLine":1,"endLine":1,"entity":"B-VULNERABLE","score":0.9,"word":"eval"}]}',
      '[{"entity":"LABEL_1","score":0.9,"index":1,"word":"eval","start":0,"end":4}]',
    ],
    none: ['{"tokens":[]}', '[]'],
    unreadable: ['[{"entity":"B-PER","score":0.9,"word":"Ann"}]', '{}'],
  },
  regex: {
    config: { pattern: String.raw`^(?<path>[^:\n]+):(?<line>\d+): (?<severity>\w+): (?<message>.+)$`, none: '^0 problems' },
    found: ['src/a.c:3: error: Joined query (CWE-89)', 'log\nsrc/a.c:3: error: Joined\n1 problem\n'],
    none: ['0 problems\n'],
    unreadable: ['segmentation fault'],
  },
  sarif: {
    found: [
      sarifLog(
        '[{"ruleId":"R1","message":{"text":"Joined."},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/a%20b.c"},"region":{"startLine":3}}}]}]',
      ),
    ],
    none: [sarifLog('[]')],
    unreadable: [sarifLog('null'), '{"runs":[]}'],
  },
  xml: {
    found: [
      '<results version="2"><cppcheck version="2"/><errors><error id="nullPointer" severity="error" msg="Null" cwe="476"><location file="a.c" line="3"/></error></errors></results>',
      '<findings><finding><title>SQL injection</title><line>3</line></finding></findings>',
    ],
    none: ['<results version="2"><errors/></results>', '<findings/>'],
    unreadable: ['<html></html>'],
  },
  yaml: {
    found: ['findings:\n  - title: SQL injection\n    line: 3\n    message: >\n      Joined.\n', '```yaml\n- {title: XSS, line: 9}\n```'],
    none: ['findings: []'],
    unreadable: ['- one\n- two'],
  },
  fallback: { found: [], none: [], unreadable: ['{"findings":[]}', 'Anything.'] },
};

/** Loaded as the user's own module is, by its address. */
const example = (await import(new URL('../../examples/parser/verdict-lines.mjs', import.meta.url).href)) as Record<string, unknown>;

describe('parsers', () => {
  it('are all examined, and have names of their own', () => {
    expect(registry.parsers.map(({ id }) => id).sort()).toEqual(Object.keys(SAMPLES).sort());
    const names = registry.parsers.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  for (const parser of registry.parsers) {
    const samples = SAMPLES[parser.id];
    if (samples !== undefined) examineParser(parser, samples);
  }

  examineParser(adoptParser(example['verdictLines'], './examples/parser/verdict-lines.mjs#verdictLines'), {
    found: ['VERDICT: 1 finding\nsrc/login.js:42 | high | CWE-89 | Joined.'],
    none: ['VERDICT: clean'],
    unreadable: ['VERDICT: bad'],
  });
});
