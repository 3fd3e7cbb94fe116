import { z } from 'zod';
import { describeFileFault } from '#lib/describe-file-fault.ts';
import { fitsLimit, monthOf } from '#lib/monthly-limit.ts';
import { replaceFile } from '#lib/replace-file.ts';
import { withFileLock } from '#lib/with-file-lock.ts';
import { UnavailableError } from '#model/errors.ts';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import { parseJson, readIfThere } from './file-faults.ts';

const rowSchema = z.strictObject({
  repository: z.string(),
  /** `YYYY-MM`. */
  month: z.string().regex(/^\d{4}-\d{2}$/),
  /** US dollars that are set aside or spent. */
  usd: z.number().nonnegative(),
});
type Row = z.infer<typeof rowSchema>;
const fileSchema = z.strictObject({ version: z.literal(1), spending: z.array(rowSchema) });

interface SpendingOptions {
  /** Name by which the scans of one repository find their sum. */
  readonly repository: string;
  readonly limitUsd: number;
  readonly now?: () => Date;
}

/**
 * What scans on this machine spend on a repository, in one file for all of them and for any number of processes. A scan
 * counts for the month in which it began. What a process that died had set aside stays counted.
 */
export function createFileSpending(path: string, { repository, limitUsd, now = () => new Date() }: SpendingOptions): MonthlySpending {
  const month = monthOf(now());
  const change = async <T>(edit: (usd: number) => { readonly usd: number; readonly result: T }): Promise<T> => {
    try {
      return await withFileLock(path, async () => {
        const rows = await read(path);
        const isOurs = (row: Row) => row.repository === repository && row.month === month;
        const before = rows.find(isOurs)?.usd ?? 0;
        const { usd, result } = edit(before);
        if (usd !== before) await write(path, [...rows.filter((row) => !isOurs(row)), { repository, month, usd }]);
        return result;
      });
    } catch (error) {
      const clause = describeFileFault(error);
      if (clause === null) throw error;
      throw unavailable(path, clause);
    }
  };
  return {
    reserve: (usd) =>
      change((before) => (fitsLimit(before, usd, limitUsd) ? { usd: before + usd, result: true } : { usd: before, result: false })),
    settle: (reservedUsd, spentUsd) => change((before) => ({ usd: Math.max(0, before - reservedUsd + spentUsd), result: undefined })),
  };
}

async function read(path: string): Promise<readonly Row[]> {
  const text = await readIfThere(path);
  if (text === null) return [];
  const file = fileSchema.safeParse(parseJson(text));
  if (file.success) return file.data.spending;
  // To count from 0 again would spend the month's money twice.
  throw unavailable(path, 'it is damaged, or of another version of Aegis');
}

/** The latest two months stay: a scan that began before midnight may still settle. */
async function write(path: string, rows: readonly Row[]): Promise<void> {
  const kept = [...new Set(rows.map(({ month }) => month))].toSorted().slice(-2);
  const spending = rows.filter(({ month }) => kept.includes(month));
  await replaceFile(path, `${JSON.stringify({ version: 1, spending }, null, 1)}\n`);
}

function unavailable(path: string, clause: string): UnavailableError {
  return new UnavailableError(`the spending of this month cannot be counted in ${path}: ${clause}`, {
    hint: 'Mend the file, or remove it to begin the count anew.',
  });
}
