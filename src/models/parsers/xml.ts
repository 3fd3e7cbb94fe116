import { z } from 'zod';
import { fieldsOf } from '#lib/fields.ts';
import { withoutReasoning } from '#lib/reasoning.ts';
import { severitySchema } from '#model/severity.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { findList, isListName } from './_claim/find-list.ts';
import { type Gathered, gatherElement, MAX_CLAIMS, NOTHING_NAMED, startGathering } from './_claim/gather.ts';
import { looksLikeFinding, readClaim } from './_claim/read-claim.ts';
import { findReport } from './_xml/find-report.ts';
import { KNOWN_FORMATS, type XmlFormat } from './_xml/format.ts';
import { readSource, SOURCE } from './_xml/read-source.ts';
import { descendantsOf, type XmlElement } from './_xml/xml-element.ts';

const nameSchema = z.string().regex(/^[\p{L}_][\p{L}\p{N}_.:-]{0,99}$/u, 'must be the name of an element');
const sourceSchema = z.string().max(200).regex(SOURCE, 'must be a place such as `@line`, `location@file`, `../@name` or `message`');
const MEMBERS = ['path', 'line', 'endLine', 'severity', 'confidence', 'cwe', 'title', 'message', 'evidence', 'fix'] as const;

const config = z
  .strictObject({
    root: nameSchema.nullable().default(null).meta({
      description: "Name of the report's outermost element. Default: recognised (cppcheck, Checkstyle, or a list that a model wrote).",
    }),
    item: nameSchema
      .nullable()
      .default(null)
      .meta({ description: 'Name of the element that is a finding, wherever it stands below `root`.' }),
    fields: z
      .partialRecord(z.enum(MEMBERS), z.union([sourceSchema, z.array(sourceSchema).min(1)]))
      .default({})
      .meta({
        description:
          'Where each member stands, seen from `item`: `@line` is an attribute, `location@file` that of a child, `../@name` that of the parent, `message` the text of a child, `.` its own.',
      }),
    severities: z.record(z.string(), severitySchema).default({}).meta({ description: "The report's own words for severities." }),
    severity: severitySchema.default('medium').meta({ description: 'Severity of a finding without one.' }),
  })
  .refine(({ root, item }) => (root === null) === (item === null), '`root` and `item` belong together')
  .refine(({ item, fields }) => item === null || Object.keys(fields).length > 0, '`fields` must say where the members of a finding stand');

/** Reads reports in XML: those of cppcheck and in Checkstyle's form, others by a map, and findings as models write them. */
export const xml: Parser = {
  id: 'xml',
  aliases: [],
  summary: 'XML reports: cppcheck, Checkstyle, findings as models write them, others by a map of elements.',
  config,
  open(settings) {
    const rules = config.parse(settings);
    return { read: (text) => parseReport(text, rules) };
  },
};

type Rules = z.infer<typeof config>;

function parseReport(text: string, rules: Rules): ParseResult {
  if (text.trim() === '') return { kind: 'unreadable', reason: 'the answer is empty' };
  const own = ownFormat(rules);
  const formats = own === null ? KNOWN_FORMATS : [own];
  const isRoot = (name: string) => formats.some(({ root }) => root === name) || (own === null && isListName(name));
  const report = findReport(withoutReasoning(text), isRoot, (name) => formats.find(({ root }) => root === name)?.item ?? null);
  if (report.kind === 'none') return { kind: 'unreadable', reason: report.reason };
  const into = startGathering();
  into.cut = report.cut;
  for (const root of report.roots) {
    const format = own ?? formats.find((one) => one.root === root.name && isOfFormat(one, root));
    if (format === undefined) gatherWritten(root, into);
    else gatherItems(root, format, rules, into);
  }
  const { claims, unusable } = into;
  if (claims.length === 0 && unusable > 0) return { kind: 'unreadable', reason: NOTHING_NAMED };
  return { kind: 'parsed', claims: claims.slice(0, MAX_CLAIMS), cut: into.cut || claims.length > MAX_CLAIMS };
}

const NOTHING_PARTIAL: ReadonlySet<object> = new Set();

function ownFormat({ root, item, fields, severities }: Rules): XmlFormat | null {
  if (root === null || item === null) return null;
  const sources = Object.entries(fields).map(([member, source]) => [member, typeof source === 'string' ? [source] : source] as const);
  return { root, item, fields: Object.fromEntries(sources), severities, judge: ({ name }) => (name === item ? 'finding' : 'nothing') };
}

/** `results` is cppcheck's only where cppcheck says so; else a model wrote it. */
function isOfFormat({ root }: XmlFormat, element: XmlElement): boolean {
  return (
    root !== 'results' ||
    element.children.some(({ name }) => name === 'cppcheck' || name === 'errors') ||
    element.attributes['version'] !== undefined
  );
}

function gatherItems(root: XmlElement, format: XmlFormat, rules: Rules, into: Gathered): void {
  for (const element of descendantsOf(root)) {
    const kind = format.judge(element);
    if (kind === 'fault') into.cut = true;
    if (kind !== 'finding') continue;
    const claim = readClaim(fieldsOf(membersOf(element, format, rules)), null, rules.severity);
    if (claim === null) into.unusable += 1;
    else into.claims.push(claim);
  }
}

function membersOf(element: XmlElement, { fields, severities }: XmlFormat, rules: Rules): Record<string, string | null> {
  const members = Object.entries(fields).map(([member, sources]) => {
    const value = sources.map((source) => readSource(element, source)).find((found) => found !== null) ?? null;
    if (member !== 'severity' || value === null) return [member, value] as const;
    const words = { ...severities, ...rules.severities };
    return [member, (Object.hasOwn(words, value) ? words[value] : undefined) ?? value] as const;
  });
  return Object.fromEntries(members);
}

/** Findings as a model writes them: a list, or one that stands alone. */
function gatherWritten(root: XmlElement, into: Gathered): void {
  const whole = asObject(root);
  const isList = new Set(root.children.map(({ name }) => name)).size === 1;
  if (!isList && looksLikeFinding(fieldsOf(whole))) gatherElement(whole, NOTHING_PARTIAL, null, into, 0);
  else if (root.children.length > 0) for (const child of root.children) gatherElement(asObject(child), NOTHING_PARTIAL, null, into, 0);
  // A word in place of the list: "none", or prose.
  else if (root.text.trim() !== '' && findList({ [root.name]: root.text }) === null) into.unusable += 1;
}

/** An element as a model means it: attributes and children are members, its own text is its message. */
function asObject(element: XmlElement): Record<string, unknown> {
  const members = element.children.map(
    (child) => [child.name, child.children.length > 0 ? childrenAsValue(child) : child.text.trim()] as const,
  );
  return { ...element.attributes, ...Object.fromEntries(members), ...(members.length === 0 ? { message: element.text.trim() } : {}) };
}

/** Findings within a file's element are a list; a place within a finding is an object. */
function childrenAsValue(element: XmlElement): unknown {
  return isListName(element.name) ? element.children.map(asObject) : asObject(element);
}
