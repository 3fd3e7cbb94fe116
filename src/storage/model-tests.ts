import { desc, eq } from 'drizzle-orm';
import type { OutcomeKind } from '#model/outcome.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { modelTests } from './model-schema.ts';

/** Characters of a question and of an answer that are kept. */
const LONGEST_TEXT = 20_000;

/** A question that a person put to a model, and how it ended. Numbers that are not known are null. */
export interface TestRecord {
  readonly prompt: string;
  readonly outcome: OutcomeKind;
  /** One clause on an outcome other than `answered`; null otherwise. */
  readonly reason: string | null;
  readonly answer: string;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** ISO 8601. */
  readonly testedAt: string;
}

/** Keeps a test. Long texts are cut. */
export const recordTest = guardDatabase(
  'record a test',
  async (db: Db, modelId: string, test: Omit<TestRecord, 'testedAt'>): Promise<void> => {
    const { prompt, answer } = test;
    await db.insert(modelTests).values({ ...test, modelId, prompt: prompt.slice(0, LONGEST_TEXT), answer: answer.slice(0, LONGEST_TEXT) });
  },
);

/** The last tests of a model, newest first. */
export const listTests = guardDatabase('list tests', async (db: Db, modelId: string, limit?: number): Promise<readonly TestRecord[]> => {
  const rows = await db
    .select()
    .from(modelTests)
    .where(eq(modelTests.modelId, modelId))
    .orderBy(desc(modelTests.id))
    .limit(limit ?? 100);
  return rows.map(({ id: _, modelId: __, testedAt, ...row }) => ({ ...row, testedAt: testedAt.toISOString() }));
});
