import type { ChangeSet } from '#model/change-set.ts';
import { type History, type KnownFinding, type Memory, NO_MEMORY } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { scan } from '#pipeline/scan.ts';
import { changeBetween, type Files } from '../fixtures/text-change.ts';
import { type Answering, scanContext } from './scan-context.ts';

export interface Push {
  readonly base: Files;
  readonly head: Files;
  readonly renames?: Readonly<Record<string, string>>;
  readonly memory?: Partial<Memory>;
}

export interface Pushed {
  readonly result: ScanResult;
  readonly record: ScanRecord;
  readonly change: ChangeSet;
  /** Calls of models. */
  readonly calls: number;
}

/** Pushes to one pull request, each scanned with what is remembered of those before. */
export function tellPushes(plan: Plan, models: () => Readonly<Record<string, Answering>>): (push: Push) => Promise<Pushed> {
  let history: History | null = null;
  return async ({ base, head, renames, memory }) => {
    const change = changeBetween(base, head, renames);
    const records: ScanRecord[] = [];
    const reader = { prefetch: async () => {}, read: async (path: string) => head[path] ?? null };
    const { ctx, asked } = scanContext(plan, models(), {
      reader,
      memory: { ...NO_MEMORY, ignores: 'base', history, ...memory },
      keep: (record) => void records.push(record),
    });
    const result = await scan(change, plan, ctx);
    history = remember(history, change, result);
    const [record] = records;
    if (record === undefined) throw new TypeError('the scan was not recorded');
    return { result, record, change, calls: asked.length };
  };
}

/** What a store keeps of a scan: findings as they stand now, and the scan itself. It goes through JSON. */
function remember(before: History | null, change: ChangeSet, result: ScanResult): History {
  const known = new Map((before?.known ?? []).map((one) => [one.fingerprint, one]));
  const put = (
    state: KnownFinding['state'],
    { id, fingerprint, cwe, title, severity, path, startLine, endLine, evidence }: Omit<KnownFinding, 'state'>,
  ) => known.set(fingerprint, { id, fingerprint, cwe, title, severity, path, startLine, endLine, evidence, state });
  for (const finding of result.findings) put(finding.state === 'dismissed' ? 'dismissed' : 'open', finding);
  for (const finding of result.since?.fixed ?? []) put('fixed', finding);
  for (const finding of result.since?.unknown ?? []) put(finding.state, finding);
  const { planKey = '', ledger, findings } = result;
  const kept: History = { headSha: 'a1b2c3', known: [...known.values()], carry: { planKey, ledger, findings }, change };
  return JSON.parse(JSON.stringify(kept)) as History;
}
