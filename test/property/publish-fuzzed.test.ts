import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Files } from '../fakes/github/git-objects.ts';
import { annotationOn, commentOn, openPull, publicationOf } from '../fakes/github/open-pull.ts';

/** More of them are tried where a figure is wanted. */
const RUNS = Number(process.env['AEGIS_FUZZ_RUNS'] ?? 100);

const line = fc.constantFrom(
  '',
  '}',
  '  a();',
  '-- x',
  '++ y',
  '@@ -1 +1 @@',
  'db.query("SELECT " + id);',
  'exec(id);',
  'ünï 😀',
  '\tb',
  '\\',
);
const text = fc
  .record({ lines: fc.array(line, { maxLength: 40 }), end: fc.constantFrom('\n', '\r\n'), closed: fc.boolean() })
  .map(({ lines, end, closed }) => lines.join(end) + (closed && lines.length > 0 ? end : ''));
const paths = ['a.js', 'src/b c.py', 'ü/漢.rb', 'new.js', 'gone.js'];
const files = fc
  .record(Object.fromEntries(paths.map((path) => [path, fc.option(text, { nil: undefined })])))
  .map((some): Files => Object.fromEntries(Object.entries(some).flatMap(([path, body]) => (body === undefined ? [] : [[path, body]]))));
const places = fc.uniqueArray(
  fc.record({ path: fc.constantFrom(...paths, 'elsewhere.js'), line: fc.integer({ min: 1, max: 45 }), more: fc.nat({ max: 3 }) }),
  { selector: ({ path, line: at, more }) => `${path}:${at + more}`, maxLength: 12 },
);

it(`findings anywhere on ${RUNS} fuzzed diffs, each with a push: every one is shown, none twice, and no rule is broken`, async () => {
  await fc.assert(
    fc.asyncProperty(files, files, files, places, async (base, first, second, wanted) => {
      const open = await openPull({ base, head: first });
      try {
        const comments = wanted.map(({ path, line: at, more }) => commentOn(path, at + more, at));
        const annotations = wanted.map(({ path, line: at }) => annotationOn(path, at));
        const check = { name: 'Aegis', conclusion: 'failure', title: 't', summary: 's', annotations } as const;
        for (const [scanId, head] of [
          ['first', first],
          ['second', second],
        ] as const) {
          if (head === second) open.fake.pushHead(open.there, second);
          const [pull, change] = [await open.pull(), await open.change()];
          await open.host.publish(pull, publicationOf({ scanId, comments, check }), change);
        }
        const { reviewComments, issueComments } = open.fake.state;
        const shown = reviewComments.map(({ body }) => /fingerprint=(\w+) -->$/.exec(body)?.[1]);
        expect(new Set(shown).size).toBe(shown.length);
        expect(issueComments).toHaveLength(1);
        const summary = (issueComments[0]?.body ?? '').replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
        const lost = comments.filter((one) => !shown.includes(one.fingerprint) && !summary.includes(`${one.path}:${one.startLine}`));
        expect(lost).toEqual([]);
        expect(open.fake.violations).toEqual([]);
      } finally {
        await open.fake.close();
      }
    }),
    { numRuns: RUNS, seed: 20260102 },
  );
});
