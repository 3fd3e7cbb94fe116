import type { ModelRecord } from '#model/model-record.ts';

/** Judgements of one kind on findings of one weakness in one language that the same models reported. */
interface JudgedFindings {
  readonly kind: 'confirmed' | 'dismissed' | 'fixed';
  readonly cwe: string | null;
  readonly language: string | null;
  readonly models: readonly string[];
  readonly count: number;
}

/** The record of each model by language and CWE, in the order of these. */
export function sumJudgements(judged: readonly JudgedFindings[]): readonly ModelRecord[] {
  const records = new Map<string, ModelRecord>();
  for (const { kind, cwe, language, models, count } of judged) {
    for (const modelId of new Set(models)) {
      const key = JSON.stringify([modelId, language ?? '', cwe ?? '']);
      const { right, wrong } = records.get(key) ?? { right: 0, wrong: 0 };
      const isWrong = kind === 'dismissed';
      records.set(key, { modelId, language, cwe, right: right + (isWrong ? 0 : count), wrong: wrong + (isWrong ? count : 0) });
    }
  }
  return [...records].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}
