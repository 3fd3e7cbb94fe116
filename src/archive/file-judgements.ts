import { z } from 'zod';
import { replaceFile } from '#lib/replace-file.ts';
import { sumJudgements } from '#lib/sum-judgements.ts';
import { withFileLock } from '#lib/with-file-lock.ts';
import { InputError } from '#model/errors.ts';
import { JUDGEMENTS, type Judgements } from '#ports/judgements.ts';
import { parseJson, readIfThere, wordFault } from './file-faults.ts';

const judgementSchema = z.strictObject({
  fingerprint: z.string(),
  kind: z.enum(JUDGEMENTS),
  reason: z.string(),
  cwe: z.string().nullable(),
  language: z.string().nullable(),
  models: z.array(z.string()),
  at: z.iso.datetime(),
});
type StoredJudgement = z.infer<typeof judgementSchema>;
const fileSchema = z.strictObject({ version: z.literal(1), judgements: z.array(judgementSchema) });

/** What was judged longest ago is forgotten first: models change, and the file is read as a whole. */
const MOST = 10_000;

/** What a person decided on their own machine, in one file that is theirs alone. */
export function createFileJudgements(path: string, now: () => Date = () => new Date()): Judgements {
  return {
    async record({ models, ...judgement }) {
      try {
        await withFileLock(path, async () => {
          const others = (await read(path)).filter(({ fingerprint }) => fingerprint !== judgement.fingerprint);
          const judgements = [...others, { ...judgement, models: [...models], at: now().toISOString() }].slice(-MOST);
          await replaceFile(path, `${JSON.stringify({ version: 1, judgements }, null, 1)}\n`);
        });
      } catch (error) {
        throw wordFault(error, `the judgements in ${path} cannot be written`, 'Make the file one that can be written.');
      }
    },
    records: async () => sumJudgements((await read(path)).map((judgement) => ({ ...judgement, count: 1 }))),
  };
}

async function read(path: string): Promise<readonly StoredJudgement[]> {
  const text = await readIfThere(path).catch((error: unknown) => {
    throw wordFault(error, `the judgements in ${path} cannot be read`, 'Make the file one that can be read.');
  });
  if (text === null) return [];
  const file = fileSchema.safeParse(parseJson(text));
  if (file.success) return file.data.judgements;
  throw new InputError(`the file of judgements ${path} is damaged, or of another version of Aegis`, {
    hint: 'Restore it, or move it away to begin anew.',
  });
}
