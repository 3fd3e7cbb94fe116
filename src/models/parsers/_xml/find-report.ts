import { parseXml, type XmlElement } from './xml-element.ts';

type Report =
  /** Several where a tool ran several times, or a model wrote findings one after the other. `cut`: an end is missing. */
  | { readonly kind: 'found'; readonly roots: readonly XmlElement[]; readonly cut: boolean }
  | { readonly kind: 'none'; readonly reason: string };

const ELEMENT = /<([\p{L}_][\p{L}\p{N}_.:-]{0,99})(?=[\s/>])/gu;

/**
 * Finds the report in what a tool or a model wrote: the elements named like the first one that `isRoot` knows, with
 * whatever stands around them. `itemOf`: the element of that report which is a finding; null where each child is one.
 * A report that does not end is read up to the end of its last finding.
 */
export function findReport(text: string, isRoot: (name: string) => boolean, itemOf: (root: string) => string | null): Report {
  const start = firstRoot(text, isRoot);
  if (start === null) {
    return {
      kind: 'none',
      reason: /<[a-z]/i.test(text) ? 'the XML of the answer is no report of a known form' : 'the answer holds no XML',
    };
  }
  const rest = text.slice(start.index);
  const end = endOfLast(rest, start.name);
  const open = rest.slice(end).search(new RegExp(`<${escapePattern(start.name)}[\\s>]`, 'u'));
  const whole = rootsOf(parseXml(rest.slice(0, end)), start.name);
  const tail = open < 0 ? [] : rootsOf(parseXml(upToLastItem(rest.slice(end + open), itemOf(start.name))), start.name);
  if (whole.length + tail.length === 0) return { kind: 'none', reason: 'the XML of the answer is damaged beyond repair' };
  return { kind: 'found', roots: [...whole, ...tail], cut: open >= 0 };
}

function firstRoot(text: string, isRoot: (name: string) => boolean): { readonly name: string; readonly index: number } | null {
  for (const { 1: name = '', index } of text.matchAll(ELEMENT)) if (isRoot(name)) return { name, index };
  return null;
}

function rootsOf(elements: readonly XmlElement[], name: string): readonly XmlElement[] {
  return elements.filter((element) => element.name === name);
}

/** Behind the last closing tag of that name, or the last tag of it that closes itself; 0 where there is neither. */
function endOfLast(text: string, name: string): number {
  const close = text.lastIndexOf(`</${name}`);
  const closed = close < 0 ? -1 : text.indexOf('>', close);
  let end = closed + 1;
  // `<` cannot stand in an attribute, `>` can.
  const empty = new RegExp(`<${escapePattern(name)}(?:\\s[^<]*)?/>`, 'gu');
  empty.lastIndex = end;
  for (const match of text.matchAll(empty)) end = match.index + match[0].length;
  return end;
}

/** The text up to the end of its last complete finding; the elements that are still open end with it. */
function upToLastItem(text: string, item: string | null): string {
  const firstChild = /^<[^<]*>\s*<([\p{L}_][\p{L}\p{N}_.:-]{0,99})/u.exec(text.slice(0, 8_192))?.[1];
  const name = item ?? firstChild;
  const end = name === undefined ? 0 : endOfLast(text, name);
  return end > 0 ? text.slice(0, end) : (/^<[^<>]*>/.exec(text.slice(0, 8_192))?.[0] ?? '');
}

function escapePattern(name: string): string {
  return name.replaceAll('.', '\\.');
}
