import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packChunks } from '#chunks/pack-chunks.ts';
import type { Claim } from '#model/candidate.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import { anchorClaim } from '#pipeline/anchor.ts';
import { changeSet, lineText, newSideOf, path } from './arbitrary-change.ts';

const number = fc.option(fc.integer({ min: -3, max: 80 }), { nil: null });

/** What a model may say: right, wrong, or about something else. `pick` chooses a line of the chunk to quote. */
const saying = fc.record({
  pick: fc.nat(),
  quote: fc.constantFrom('line', 'line', 'part', 'two lines', 'other', 'none'),
  other: lineText,
  path: fc.option(path, { nil: null }),
  startLine: number,
  endLine: number,
  true: fc.boolean(),
});
type Saying = typeof saying extends fc.Arbitrary<infer T> ? T : never;

const who = { modelId: 'm', role: 'deep_scan' };
const chunksOf = (change: ChangeSet) =>
  packChunks(
    change.files.filter((file) => file.hunks.length > 0).map((file) => ({ file, text: newSideOf(file), outline: null })),
    { tokens: 600, mode: 'change', reach: 'near' },
  );

function claimOn(chunk: Chunk, said: Saying): Claim {
  const file = chunk.files[said.pick % chunk.files.length];
  const lines = file?.hunks.flatMap((hunk) => hunk.lines) ?? [];
  const at = said.pick % lines.length;
  const text = lines[at]?.text ?? '';
  const quotes = {
    line: text,
    part: text.slice(1, -1),
    'two lines': `${text}\n${lines[at + 1]?.text ?? ''}`,
    other: said.other,
    none: null,
  };
  return {
    title: 't',
    cwe: null,
    severity: 'high',
    confidence: null,
    message: 'm',
    fix: null,
    path: said.true ? (file?.path ?? null) : said.path,
    startLine: said.true ? (lines[at]?.newLine ?? said.startLine) : said.startLine,
    endLine: said.endLine,
    evidence: quotes[said.quote],
  };
}

it('every anchor that is produced is in the diff, in the chunk that the model was shown', () => {
  let anchored = 0;
  fc.assert(
    fc.property(changeSet, fc.array(saying, { minLength: 1, maxLength: 5 }), (change, sayings) => {
      for (const chunk of chunksOf(change)) {
        for (const said of sayings) {
          const candidate = anchorClaim(claimOn(chunk, said), chunk, who);
          if (candidate === null) continue;
          anchored += 1;
          const { startLine, endLine, hunkId } = candidate;
          const file = change.files.find((one) => one.path === candidate.path);
          expect(chunk.files.map((one) => one.path)).toContain(candidate.path);
          expect(startLine).toBeLessThanOrEqual(endLine);
          const shown = chunk.files.find((one) => one.path === candidate.path)?.surroundings.map((one) => one.line) ?? [];
          const inHunk = file?.hunks.find((hunk) => hunk.id === hunkId)?.lines.flatMap((line) => line.newLine ?? []) ?? [];
          const allowed = new Set<number>(hunkId === null ? shown : inHunk);
          for (let line = startLine; line <= endLine; line += 1) expect(allowed.has(line)).toBe(true);
          expect(candidate.evidence).toBe(newSideOf(file!).split('\n')[startLine - 1]?.trim());
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(anchored).toBeGreaterThan(500);
});

it('a true quote at its true number is placed there', () => {
  fc.assert(
    fc.property(changeSet, saying, (change, said) => {
      for (const chunk of chunksOf(change)) {
        const claim = claimOn(chunk, { ...said, quote: 'line', true: true });
        const shown = chunk.files
          .filter((file) => file.path === claim.path)
          .flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines))
          .find((line) => line.newLine === claim.startLine);
        if (claim.startLine === null || shown === undefined || shown.text !== claim.evidence || !/[a-z]{2}/.test(shown.text)) continue;
        expect(anchorClaim(claim, chunk, who)).toMatchObject({ path: claim.path, startLine: claim.startLine, anchoredBy: 'evidence' });
      }
    }),
    { numRuns: 200 },
  );
});
