import { XMLParser } from 'fast-xml-parser';

/** One element, as much of it as a finding needs. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, entities decoded. */
  readonly text: string;
  readonly parent: XmlElement | null;
}

/** Deeper than any report; a bound on the call stack against text that is all tags. */
const MAX_DEPTH = 64;

/** Declarations and entities of the document are never obeyed: the text is untrusted. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  cdataPropName: '#cdata',
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  jPath: false,
  maxNestedTags: MAX_DEPTH,
});

/** The outermost elements of a text; none where it is damaged or nests too deeply. Linear; never throws. */
export function parseXml(text: string): readonly XmlElement[] {
  try {
    const nodes: unknown = parser.parse(text);
    return elementsOf(nodes, null);
  } catch {
    return [];
  }
}

/** All elements below one, in the order of the document. */
export function descendantsOf(element: XmlElement): readonly XmlElement[] {
  return element.children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function elementsOf(nodes: unknown, parent: XmlElement | null): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Record<string, unknown>) => {
    const name = Object.keys(node).find((key) => key !== ':@');
    return name === undefined || name.startsWith('#') ? [] : [elementOf(name, node, parent)];
  });
}

function elementOf(name: string, node: Record<string, unknown>, parent: XmlElement | null): XmlElement {
  const inner = Array.isArray(node[name]) ? (node[name] as Record<string, unknown>[]) : [];
  const attributes = Object.entries((node[':@'] as Record<string, unknown> | undefined) ?? {}).map(
    ([key, value]) => [key, decodeEntities(String(value))] as const,
  );
  const children: XmlElement[] = [];
  const element = { name, attributes: Object.fromEntries(attributes), children, text: inner.map(textOf).join(''), parent };
  for (const child of elementsOf(inner, element)) children.push(child);
  return element;
}

function textOf(node: Record<string, unknown>): string {
  if (typeof node['#text'] === 'string') return decodeEntities(node['#text']);
  const section = Array.isArray(node['#cdata']) ? (node['#cdata'] as Record<string, unknown>[]) : [];
  return section.map((part) => (typeof part['#text'] === 'string' ? part['#text'] : '')).join('');
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The five entities that every document has, and characters by number; no others. */
function decodeEntities(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
