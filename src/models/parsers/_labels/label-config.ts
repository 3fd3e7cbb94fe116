import { z } from 'zod';
import { readCwe } from '#lib/read-scales.ts';

const share = z.number().min(0).max(1);
const labels = z.array(z.string().trim().min(1)).min(1);

/**
 * What a classifier's labels mean. `LABEL_1` is what `transformers` calls the second of two classes that nobody named (https://huggingface.co/docs/transformers/main_classes/configuration, `id2label`).
 */
const labelConfigShape = {
  positive_labels: labels.default(['LABEL_1', 'VULNERABLE']).meta({ description: 'Labels that mean "vulnerable". Case does not matter.' }),
  threshold: share.default(0.5).meta({ description: 'A positive label with this score or more is a claim.' }),
  severity: z
    .strictObject({ high: share.default(0.85), medium: share.default(0.65) })
    .default({ high: 0.85, medium: 0.65 })
    .refine(({ high, medium }) => high >= medium, '`high` must not be below `medium`')
    .meta({ description: 'Scores from which a claim is high, and medium; below it is low.' }),
  cwe: z
    .union([z.string(), z.int()])
    .nullable()
    .default(null)
    .refine((value) => value === null || readCwe(value) !== null, 'must be a weakness such as `CWE-89`')
    .meta({ description: 'The weakness that the model detects, where its labels do not name one: `CWE-89`.' }),
  title: z
    .string()
    .trim()
    .min(1)
    .max(160)
    .nullable()
    .default(null)
    .meta({ description: 'Title of a claim. Default: the name of its weakness.' }),
};

/** `nothing`: names of further negative labels that the kind of model has. */
export function labelConfig(nothing: readonly string[] = []) {
  return z
    .strictObject({
      ...labelConfigShape,
      negative_labels: labels
        .default(['LABEL_0', 'SAFE', ...nothing])
        .meta({ description: 'Labels that mean "not vulnerable". Case does not matter.' }),
    })
    .superRefine(({ positive_labels, negative_labels }, ctx) => {
      const both = positive_labels.find((label) => hasLabel(negative_labels, label));
      if (both !== undefined)
        ctx.addIssue({ code: 'custom', path: ['negative_labels'], message: `holds ${both}, which is a positive label, too` });
    });
}

export type LabelConfig = z.infer<ReturnType<typeof labelConfig>>;

export function hasLabel(labels: readonly string[], label: string): boolean {
  const wanted = label.trim().toLowerCase();
  return labels.some((one) => one.toLowerCase() === wanted);
}
