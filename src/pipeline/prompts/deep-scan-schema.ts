import { z } from 'zod';
import { severitySchema } from '#model/severity.ts';
import { toAnswerSchema } from './to-answer-schema.ts';

const findingSchema = z.strictObject({
  title: z.string().meta({ description: 'The weakness in a few words.' }),
  cwe: z.string().nullable().meta({ description: 'CWE-<number>, or null when none fits.' }),
  severity: severitySchema,
  confidence: z.number().meta({ description: 'From 0 to 1.' }),
  startLine: z.int().meta({ description: 'Number of the first line, as shown.' }),
  endLine: z.int().meta({ description: 'Number of the last line, as shown.' }),
  evidence: z.string().meta({ description: 'The code of the first line, copied exactly, without number and mark.' }),
  message: z.string().meta({ description: 'Who controls the input, how it reaches the dangerous place, what follows.' }),
  fix: z.string().nullable().meta({ description: 'How to mend it, or null.' }),
});

const pathSchema = z.string().meta({ description: 'The file, as it stands behind "File:".' });
const needsSchema = z.array(z.string()).meta({ description: 'Symbols whose code would decide the matter.' });

/** What a deep scan answers about a chunk of one file. */
const ONE_FILE = toAnswerSchema(z.strictObject({ findings: z.array(findingSchema), needs: needsSchema }));

/** The same for a chunk of several files: each finding names its own. */
const SEVERAL_FILES = toAnswerSchema(z.strictObject({ findings: z.array(findingSchema.extend({ path: pathSchema })), needs: needsSchema }));

export function answerSchemaFor(files: number): Readonly<Record<string, unknown>> {
  return files > 1 ? SEVERAL_FILES : ONE_FILE;
}
