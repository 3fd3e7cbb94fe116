import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import type { Plan, Seat } from '#model/plan.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ModelRequest } from '#ports/provider.ts';
import { type Answering, scanContext, seatModel } from '../../test/fakes/scan-context.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { replay } from './replay.ts';
import { scan } from './scan.ts';

const SECRET = 'hunter2-Kq81zX';
const TOKEN = `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`;
const LINES = [
  'import db from "./db";',
  `const dbPassword = "${SECRET}";`,
  `charge("${TOKEN}");`,
  'db.connect("app", dbPassword);',
  'done();',
];
const CHANGE: ChangeSet = {
  mode: 'change',
  base: 'main',
  head: 'feature',
  files: [
    {
      ...{ path: 'src/app.js', oldPath: null, status: 'modified', kind: 'text', oldMode: null, newMode: null, missing: null },
      hunks: [
        {
          ...{ id: 'src/app.js@1,1', oldStart: 1, oldLines: 1, newStart: 1, newLines: 5, section: '' },
          lines: [
            { mark: 'removed', text: `const dbPassword = "${SECRET}old9";`, oldLine: 1, newLine: null },
            ...LINES.map((text, at) => ({ mark: 'added', text, oldLine: null, newLine: at + 1 }) as const),
          ],
        },
      ],
    },
  ],
};

const NEAR = makeSeat('near');
const FAR = makeSeat('far');
const JUDGE = makeSeat('ruler', { role: 'judge' });
const WRITER = makeSeat('writer', { role: 'explain' });

interface Told {
  readonly near?: Answering;
  readonly far?: Answering;
  readonly ruler?: Answering;
  readonly writer?: Answering;
}

/** Everybody but `near` is elsewhere. */
async function run(
  over: {
    seats?: readonly Seat[];
    stages?: Partial<Plan['stages']>;
    consensus?: Partial<Plan['consensus']>;
    mask?: boolean;
    local?: readonly string[];
  },
  told: Told,
) {
  const { seats = [NEAR, FAR], mask = true, local = ['near'] } = over;
  const plan: Plan = {
    ...makePlan(seats, { stages: over.stages ?? {}, consensus: over.consensus ?? {} }),
    privacy: { maskSecrets: mask, localOnly: false },
  };
  const sent: Record<string, string> = {};
  const requests: ModelRequest[] = [];
  const records: ScanRecord[] = [];
  const answers: Readonly<Record<string, Answering>> = { ...told };
  const { ctx, events } = scanContext(
    plan,
    {},
    {
      reader: { read: async () => LINES.join('\n'), prefetch: async () => undefined },
      countFaults: () => 0,
      keep: (record) => void records.push(record),
      model: (seatId) => {
        const id = seats.find((seat) => seat.id === seatId)?.model.model_id ?? '';
        return seatModel(
          (chunk, signal, request) => {
            requests.push(request);
            sent[id] = `${sent[id] ?? ''}${JSON.stringify([request.messages, chunk])}`;
            return (answers[id] ?? (() => '{"findings": [], "needs": []}'))(chunk, signal, request);
          },
          { local: local.includes(id) },
        );
      },
    },
  );
  const result = await scan(CHANGE, plan, ctx);
  return { result, sent, events, requests, record: records[0], strategyOf: ctx.strategyOf };
}

const finding = (over: Record<string, unknown>) =>
  JSON.stringify({
    findings: [
      {
        title: 'A secret',
        cwe: 'CWE-798',
        severity: 'high',
        confidence: 0.9,
        startLine: 2,
        endLine: 2,
        path: null,
        evidence: LINES[1],
        message: 'It is in the code.',
        fix: null,
        ...over,
      },
    ],
    needs: [],
  });

describe('privacy.mask_secrets', () => {
  it("a model on the owner's machines sees the code as it is, all others see no secret and the same lines", async () => {
    const { sent } = await run({}, {});
    expect(sent['near']).toContain(SECRET);
    expect(sent['near']).toContain(TOKEN);
    expect(sent['far']).not.toContain(SECRET);
    expect(sent['far']).not.toContain(TOKEN);
    expect(sent['far']).toContain(`2 + const dbPassword = \\"***masked***\\";`);
    expect(sent['far']).toContain(`L1 - const dbPassword = \\"***masked***\\";`);
    expect(sent['far']).toContain('5 + done();');
  });

  it('is turned off where nobody wants it', async () => {
    const { sent, result } = await run({ mask: false }, { near: () => finding({ message: `The password ${SECRET} is in the code.` }) });
    expect(sent['far']).toContain(SECRET);
    expect(result.findings[0]?.message).toContain(SECRET);
  });

  it.each([
    { name: 'as it was shown', evidence: 'const dbPassword = "***masked***";', startLine: 40 },
    { name: 'with a mask of its own', evidence: 'const dbPassword = "***";', startLine: 2 },
    { name: 'with the frame of the prompt', evidence: '    2 + const dbPassword = "***masked***";', startLine: null },
  ])('a claim that quotes a masked line $name is anchored on the true one', async ({ evidence, startLine }) => {
    const said = finding({ evidence, startLine, endLine: startLine });
    const masked = await run({}, { far: () => said });
    const plain = await run({}, { near: () => finding({}) });
    const [one] = masked.result.findings;
    expect(one).toMatchObject({ startLine: 2, evidence: 'const dbPassword = "***masked***";' });
    expect(one?.anchoredBy).toMatch(/evidence/);
    expect(one?.fingerprint).toBe(plain.result.findings[0]?.fingerprint);
  });

  it('nothing that is published names a secret, whoever said it', async () => {
    const words = `The password ${SECRET} and the token ${TOKEN} are in the code.`;
    const explained = JSON.stringify({
      explanation: words,
      fix: `Take ${SECRET} out.`,
      replacement: `const dbPassword = env("${SECRET}");`,
    });
    const { result, events, record, strategyOf } = await run(
      {
        seats: [NEAR, FAR, WRITER],
        stages: { deepScan: { tiers: [[NEAR.id, FAR.id]] }, explain: { seats: [WRITER.id], max: 5 } },
        local: ['near', 'writer'],
      },
      { near: () => finding({ title: `Password ${SECRET}`, message: words, fix: words }), writer: () => explained },
    );
    const published = JSON.stringify([result.findings, events.filter(({ type }) => type === 'finding_emitted')]);
    expect(published).not.toContain(SECRET);
    expect(published).not.toContain(TOKEN);
    expect(result.findings[0]).toMatchObject({
      title: 'Password ***masked***',
      explanation: 'The password ***masked*** and the token ***masked*** are in the code.',
      replacement: null,
    });
    if (record === undefined) throw new TypeError('a scan that ended is recorded');
    const again = await replay(record, makePlan([]).consensus, { strategyOf, records: [] });
    expect(again.findings).toEqual(result.findings);
  });

  it('a judge elsewhere decides by the masked code and masked words', async () => {
    const { sent, result } = await run(
      {
        seats: [NEAR, JUDGE],
        stages: { deepScan: { tiers: [[NEAR.id]] }, judge: { seats: [JUDGE.id], named: true } },
        consensus: { steps: [{ kind: 'judge', when: 'always' }] },
      },
      { near: () => finding({ message: `The password ${SECRET} is in the code.` }) },
    );
    expect(result.findings).toHaveLength(1);
    expect(sent['ruler']).toContain('The password ***masked*** is in the code.');
    expect(sent['ruler']).not.toContain(SECRET);
  });

  it.each([
    { name: 'with the mask', replacement: 'const dbPassword = "***masked***" ?? process.env.DB;', kept: false },
    { name: 'with a short mask', replacement: 'const dbPassword = "***";', kept: false },
    { name: 'without any', replacement: 'const dbPassword = process.env.DB;', kept: true },
  ])('a replacement $name is offered: $kept', async ({ replacement, kept }) => {
    const { result } = await run(
      { seats: [NEAR, WRITER], stages: { deepScan: { tiers: [[NEAR.id]] }, explain: { seats: [WRITER.id], max: 5 } } },
      {
        near: (chunk) =>
          chunk.files[0]?.hunks[0]?.lines.some(({ text }) => text === LINES[1]) ? finding({}) : '{"findings": [], "needs": []}',
        writer: () => JSON.stringify({ explanation: 'It can be read.', fix: 'Take it out.', replacement }),
      },
    );
    expect(result.findings[0]?.replacement?.text).toBe(kept ? replacement : undefined);
  });
});
