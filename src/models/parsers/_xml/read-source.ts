import type { XmlElement } from './xml-element.ts';

/** `@line`, `location@file`, `../@name`, `details/message`, `.`: up, down, then an attribute or the text. */
export const SOURCE =
  /^(?:\.\.\/){0,4}(?:\.|[\p{L}_][\p{L}\p{N}_.:-]*(?:\/[\p{L}_][\p{L}\p{N}_.:-]*){0,5})?(?:@[\p{L}_][\p{L}\p{N}_.:-]*)?$/u;

/** What a source says of an element, by the first child of each name; null where there is nothing. */
export function readSource(element: XmlElement, source: string): string | null {
  const [steps = '', attribute] = source.split('@');
  let at: XmlElement | null | undefined = element;
  for (const step of steps.split('/')) {
    if (step === '..') at = at?.parent;
    else if (step !== '' && step !== '.') at = at?.children.find((child) => child.name === step);
  }
  if (at == null) return null;
  if (attribute === undefined) return at.text.trim() === '' ? null : at.text;
  return Object.hasOwn(at.attributes, attribute) ? (at.attributes[attribute] ?? null) : null;
}
