import { formatPatch, structuredPatch } from 'diff';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packChunks } from '#chunks/pack-chunks.ts';
import { openDocket } from '#consensus/docket.ts';
import { reachConsensus } from '#consensus/reach-consensus.ts';
import { union } from '#consensus/strategies/union.ts';
import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import type { Chunk } from '#model/chunk.ts';
import { anchorClaim } from '#pipeline/anchor.ts';
import { outlineOf } from '#syntax/outline.ts';
import { makeExecution, makePlan, makeSeat } from '../fixtures/panel.ts';

/** Weak lines as formatters of different settings write them. */
const WEAK = [
  [
    "db.query('SELECT * FROM t WHERE name = ' + name);",
    'db.query("SELECT * FROM t WHERE name = " + name)',
    "db.query( 'SELECT * FROM t WHERE name = '+name ) ;",
  ],
  [
    "db.query('SELECT \\'x\\' FROM t WHERE id = ' + id);",
    'db.query("SELECT \'x\' FROM t WHERE id = " + id)',
    "db.query('SELECT \\'x\\' FROM t WHERE id = ' + id,)",
  ],
  ['db.query(`DELETE FROM t`, [a, b]);', 'db.query(`DELETE FROM t`, [a, b,])', 'db.query(`DELETE FROM t`,[a,b])'],
] as const;
const HARMLESS = ['const rows = await load(name)', 'if (rows.length === 0) return null', 'log(name)', ''];

/** Numbers below 3 are weak lines, the others harmless ones. */
const body = fc.array(fc.nat({ max: WEAK.length + HARMLESS.length - 1 }), { minLength: 1, maxLength: 9 });
const program = fc
  .uniqueArray(fc.record({ name: fc.constantFrom('find', 'list', 'remove', 'load', 'main'), body, method: fc.boolean() }), {
    selector: ({ name }) => name,
    minLength: 1,
    maxLength: 4,
  })
  .filter((functions) => functions.some((one) => one.body.some((line) => line < WEAK.length)));
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

/** How a change came about: all of it may differ from one push to the next, and the findings are the same. */
const circumstances = fc.record({
  /** Which spelling of the lines. */
  style: fc.constantFrom(0, 1, 2),
  indent: fc.constantFrom('  ', '    ', '\t'),
  path: fc.constantFrom('src/users.js', 'lib/accounts.js'),
  /** Lines that somebody added above, and between the functions. */
  above: fc.nat({ max: 40 }),
  between: fc.nat({ max: 12 }),
  /** What else the base branch has by now. */
  base: fc.nat({ max: 30 }),
  /** Lines of context in the diff, and room in a chunk: they make other hunks and other chunks. */
  context: fc.constantFrom(0, 3, 25),
  tokens: fc.constantFrom(400, 8000),
  /** Which models answered. */
  models: fc.constantFrom(['a', 'b'], ['a'], ['b', 'c', 'a']),
});
type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

function write(functions: Program, { style, indent, above, between, base }: Circumstances, withWeak: boolean): string {
  const written = functions.map(({ name, body: lines, method }) => {
    const statements = lines.flatMap((line) => WEAK[line]?.[style] ?? HARMLESS[line - WEAK.length] ?? '');
    const kept = statements.filter((_, at) => withWeak || (lines[at] ?? 0) >= WEAK.length);
    const [open, close, depth] = method
      ? [[`class ${name}Class {`, `${indent}async ${name}() {`], [`${indent}}`, '}'], 2]
      : [[`async function ${name}() {`], ['}'], 1];
    return [...open, ...kept.map((line) => (line === '' ? '' : indent.repeat(depth) + line)), ...close].join('\n');
  });
  const note = (count: number, of: string) => Array.from({ length: count }, (_, at) => `// ${of} ${at}\n`).join('');
  return `${note(base, 'of the base')}${withWeak ? note(above, 'new') : ''}${written.join(`\n${withWeak ? note(between, 'between') : ''}\n`)}\n`;
}

const ORIGINAL = 'src/users.js';

/** Reviews the change from the harmless program to the weak one; every model reports every weak line that it is shown. */
function review(functions: Program, how: Circumstances): { fingerprints: string[]; weak: number } {
  const [before, after] = [write(functions, how, false), write(functions, how, true)];
  const { path, models } = how;
  const hunks = formatPatch(structuredPatch(`a/${ORIGINAL}`, `b/${path}`, before, after, '', '', { context: how.context }));
  const renamed = path === ORIGINAL ? '' : `similarity index 90%\nrename from ${ORIGINAL}\nrename to ${path}\n`;
  const files = parseUnifiedDiff(`diff --git a/${ORIGINAL} b/${path}\n${renamed}${hunks.slice(hunks.indexOf('---'))}`);
  const outline = outlineOf(after, path);
  const chunks = packChunks(
    files.map((file) => ({ file, text: after, outline })),
    { tokens: how.tokens, mode: 'change', reach: 'near' },
  );
  const plan = makePlan(models.map((model) => makeSeat(model)));
  const docket = openDocket({
    candidates: chunks.flatMap((chunk) => models.flatMap((model) => reportWeak(chunk, model))),
    executions: chunks.flatMap(({ id }) => models.map((model) => makeExecution(model, 'answered', id))),
    chunks,
    plan,
    records: [],
  });
  const change = { mode: 'change', files, base: null, head: null } as const;
  const input = { plan, strategyOf: () => union, change, outlines: new Map([[path, outline]]), today: '2026-01-01' };
  const { findings } = reachConsensus(docket, null, input);
  return {
    fingerprints: findings.toSorted((a, b) => a.startLine - b.startLine).map(({ fingerprint }) => fingerprint),
    weak: after.split('\n').filter((line) => line.includes('db.query')).length,
  };
}

function reportWeak(chunk: Chunk, modelId: string) {
  return chunk.files.flatMap(({ path, hunks }) =>
    hunks.flatMap(({ lines }) =>
      lines.flatMap(({ text, newLine }) => {
        if (newLine === null || !text.includes('db.query')) return [];
        const said = { title: 'SQL injection', cwe: 'CWE-89', severity: 'high', confidence: null, message: 'm', fix: null } as const;
        const claim = { ...said, path, startLine: newLine, endLine: newLine, evidence: text };
        return anchorClaim(claim, chunk, { modelId, role: 'deep_scan' }) ?? [];
      }),
    ),
  );
}

it('a finding keeps its name while lines shift, files are renamed, formatters and rebases go over it, and equal lines have names of their own', () => {
  let repeated = 0;
  fc.assert(
    fc.property(program, circumstances, circumstances, (functions, one, other) => {
      const { fingerprints, weak } = review(functions, one);
      expect(fingerprints).toHaveLength(weak);
      expect(new Set(fingerprints).size).toBe(weak);
      expect(review(functions, other).fingerprints).toEqual(fingerprints);
      if (functions.some(({ body: lines }) => new Set(lines.filter((line) => line < 3)).size < lines.filter((line) => line < 3).length))
        repeated += 1;
    }),
    { numRuns: 60 },
  );
  expect(repeated).toBeGreaterThan(10);
});
