import type { Finding, Note } from '#model/finding.ts';
import type { MaskText } from './mask-text.ts';

/** A mask as models copy it, in full or as a quoted row of signs. */
const WRITES_MASK = /\*{2,}masked\*{2,}|(["'`])\*{3,}\1/i;

/**
 * A finding as it may be published: code and words without the secrets. A replacement that would write a mask into the
 * code, or a secret into a comment, is not offered. The fingerprint stays that of the code as it is.
 */
export function maskFinding(finding: Finding, mask: MaskText): Finding {
  const words = (text: string | null) => (text === null ? null : mask(text));
  const { title, message, evidence, explanation, fix, replacement, notes, models, suppressedReason } = finding;
  const isClean = replacement === null || (!WRITES_MASK.test(replacement.text) && mask(replacement.text) === replacement.text);
  return {
    ...finding,
    title: mask(title),
    message: mask(message),
    evidence: mask(evidence),
    explanation: words(explanation),
    fix: words(fix),
    suppressedReason: words(suppressedReason),
    replacement: isClean ? replacement : null,
    notes: notes.map((note): Note => ({ ...note, note: maskValues(note.note, mask) })),
    models: models.map((model) => ({ ...model, message: mask(model.message) })),
  };
}

function maskValues(note: Note['note'], mask: MaskText): Note['note'] {
  return Object.fromEntries(Object.entries(note).map(([name, value]) => [name, maskValue(value, mask)]));
}

function maskValue(value: unknown, mask: MaskText): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one: unknown) => maskValue(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]: [string, unknown]) => [name, maskValue(inner, mask)]));
}
