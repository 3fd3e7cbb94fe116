import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VERSION } from '#lib/version.ts';
import { planKey } from '#lifecycle/plan-key.ts';
import { type ChangeSet, hunksOf } from '#model/change-set.ts';
import { type History, NO_MEMORY } from '#model/lifecycle.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import { replay } from '#pipeline/replay.ts';
import { scan } from '#pipeline/scan.ts';
import { strategyOf } from '../../src/compose.ts';
import { type Answering, failed, reporting, scanContext } from '../fakes/scan-context.ts';
import { makePlan, makeSeat } from '../fixtures/panel.ts';
import { changeSet } from './arbitrary-change.ts';

const PLAN = makePlan([makeSeat('a')]);
const finds = reporting(/[a-z]/, { severity: 'low' });

/** The change with some files left out, some hunks edited, and everything moved down. */
function pushed(change: ChangeSet, edits: readonly boolean[], shift: number): ChangeSet {
  let at = 0;
  const next = () => edits[at++ % edits.length] ?? false;
  return {
    ...change,
    files: change.files.map((file) => ({
      ...file,
      hunks: file.hunks.map((hunk) => {
        const isEdited = next();
        return {
          ...hunk,
          id: `${hunk.id}+${shift}`,
          newStart: hunk.newStart + shift,
          lines: hunk.lines.map((line) => ({
            ...line,
            newLine: line.newLine === null ? null : line.newLine + shift,
            text: isEdited && line.mark === 'added' ? `${line.text} edited` : line.text,
          })),
        };
      }),
    })),
  };
}

it('every hunk is accounted for once, what is carried over is in no chunk, and replaying gives the same result', async () => {
  let carriedHunks = 0;
  await fc.assert(
    fc.asyncProperty(
      changeSet,
      fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      fc.nat({ max: 30 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      async (change, edits, shift, fails) => {
        let calls = 0;
        const answering: Answering = (...asked) => (fails[calls++ % fails.length] ? failed() : finds(...asked));
        const run = async (of: ChangeSet, history: History | null) => {
          const records: ScanRecord[] = [];
          const { ctx } = scanContext(PLAN, { a: answering }, { memory: { ...NO_MEMORY, history }, keep: (one) => void records.push(one) });
          const result = await scan(of, PLAN, ctx);
          return { result, record: records[0] };
        };
        const first = (await run(change, null)).result;
        const known = first.findings.map((finding) => ({ ...finding, state: 'open' as const }));
        const { ledger, findings, planKey: key = '' } = first;
        const now = pushed(change, edits, shift);
        const { result, record } = await run(now, { headSha: null, known, carry: { planKey: key, ledger, findings }, change });

        expect(key).toBe(planKey(PLAN, VERSION));
        const sizes = now.files.reduce((sum, file) => sum + Math.max(1, file.hunks.length), 0);
        expect(result.ledger).toHaveLength(sizes);
        expect(new Set(result.ledger.map(({ path, hunkId }) => `${path} ${hunkId}`)).size).toBe(sizes);
        const carried = new Set(result.ledger.filter((entry) => entry.carried).map(({ path, hunkId }) => `${path} ${hunkId}`));
        const shown = new Set(
          record?.chunks.flatMap(({ files }) => files.flatMap(({ path, hunks }) => hunks.map(({ hunkId }) => `${path} ${hunkId}`))),
        );
        const left = record?.left.filter((entry) => !entry.carried && entry.hunkId !== null) ?? [];
        expect(carried.size + shown.size + left.length).toBe([...hunksOf(now)].length);
        expect([...carried].filter((key) => shown.has(key))).toEqual([]);
        expect(result.since?.carriedHunks).toBe(carried.size);
        carriedHunks += carried.size;

        // A carried hunk has the findings that it had, on its lines of now.
        const textAt = new Map(
          [...hunksOf(now)].flatMap(({ file, hunk }) => hunk.lines.map(({ newLine, text }) => [`${file.path} ${newLine}`, text.trim()])),
        );
        for (const finding of result.findings) expect(textAt.get(`${finding.path} ${finding.startLine}`)).toBe(finding.evidence);
        const count = (list: typeof findings, shiftedBy: string) =>
          list
            .filter(({ path, hunkId }) => carried.has(`${path} ${hunkId}${shiftedBy}`))
            .map(({ fingerprint }) => fingerprint)
            .toSorted();
        const [had, has] = [count(findings, `+${shift}`), count(result.findings, '')];
        // Of hunks that are equal, any may stand for any other.
        if (
          change.files.every(
            ({ hunks }) => new Set(hunks.map(({ lines }) => lines.map(({ text }) => text).join('\n'))).size === hunks.length,
          )
        )
          expect(has).toEqual(had);
        else expect(findings.map(({ fingerprint }) => fingerprint)).toEqual(expect.arrayContaining(has));
        expect(new Set(result.findings.map(({ fingerprint }) => fingerprint)).size).toBe(result.findings.length);
        expect(new Set(result.findings.map(({ id }) => id)).size).toBe(result.findings.length);

        if (record === undefined) throw new TypeError('the scan was not recorded');
        const again = await replay(JSON.parse(JSON.stringify(record)), PLAN.consensus, { strategyOf, records: [] });
        expect({ ...again, timing: result.timing }).toEqual(result);
      },
    ),
    { numRuns: 60 },
  );
  expect(carriedHunks).toBeGreaterThan(50);
}, 60_000);
