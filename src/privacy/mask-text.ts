import { findSecrets } from './find-secrets.ts';
import { MASK } from './mask-mark.ts';

/** Shorter secrets are masked only where they stand alone: their letters may be part of a word. */
const ALONE = 16;

/** Text with the secrets replaced: lines and everything around them stay as they are. The same text where it holds none. */
export type MaskText = (text: string) => string;

/** Replaces these secrets wherever they stand. */
export function maskKnown(secrets: ReadonlySet<string>): MaskText {
  if (secrets.size === 0) return (text) => text;
  // Of two that begin alike, the longer one.
  const forms = [...secrets].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(formOf);
  const pattern = new RegExp(forms.join('|'), 'g');
  return (text) => text.replace(pattern, MASK);
}

/** Replaces these secrets, and what looks like one in the text itself: for words about the code. */
export function maskWords(secrets: ReadonlySet<string>): MaskText {
  const known = maskKnown(secrets);
  return (text) => {
    const plain = known(text);
    return maskKnown(findSecrets(plain))(plain);
  };
}

function formOf(secret: string): string {
  const plain = secret.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return secret.length < ALONE ? `(?<![A-Za-z0-9_])${plain}(?![A-Za-z0-9_])` : plain;
}
