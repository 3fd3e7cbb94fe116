import { z } from 'zod';
import { fieldsOf } from '#lib/fields.ts';
import { withoutReasoning } from '#lib/reasoning.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { findList, isAnswer, isListName } from './_claim/find-list.ts';
import { gather, gatherBare, NOTHING_NAMED, startGathering } from './_claim/gather.ts';
import { looksLikeFinding, saysNone } from './_claim/read-claim.ts';
import { readYamlValue, type YamlValue } from './_yaml/read-yaml-value.ts';

/** Reads findings from YAML as models write it: in a fence, behind prose, with the field names that `json_findings` knows. */
export const yaml: Parser = {
  id: 'yaml',
  aliases: ['yml'],
  summary: 'YAML findings, in a fence or behind prose, with the field names that json_findings reads.',
  config: z.strictObject({}),
  open: () => ({ read: parseFindings }),
};

/** An element that is damaged, or in which the text ends, is left out, and the answer is a cut one. */
function parseFindings(text: string): ParseResult {
  if (text.trim() === '') return { kind: 'unreadable', reason: 'the answer is empty' };
  const said = withoutReasoning(text.replace(/^\ufeff/, ''));
  if (said.trim() === '') return { kind: 'unreadable', reason: 'the answer holds nothing but reasoning' };
  const found = findValue(said);
  if (found === null) return { kind: 'unreadable', reason: 'the answer is no YAML that holds findings' };
  const into = startGathering();
  if (holdsList(found)) gather(found.value, found.partial, null, into, 0);
  else gatherBare(found.value, found.partial, into);
  if (into.claims.length === 0 && into.unusable > 0) return { kind: 'unreadable', reason: NOTHING_NAMED };
  return { kind: 'parsed', claims: into.claims, cut: into.cut };
}

/** The last fence that holds findings, else the whole text, else what begins with the name of a list. */
function findValue(text: string): YamlValue | null {
  for (const part of [...fencesOf(text).reverse(), text, fromList(text)]) {
    const read = part === null || part.trim() === '' ? null : readYamlValue(part);
    if (read !== null && (holdsList(read) || isFinding(read.value))) return read;
  }
  return null;
}

/** Fences of an answer; further ones are no findings but code. */
const MAX_FENCES = 8;

/** What stands in fences that say `yaml` or nothing. A fence that is not closed ends with the text. */
function fencesOf(text: string): string[] {
  const lines = text.split('\n');
  const fences: string[] = [];
  let open: { readonly from: number; readonly read: boolean } | null = null;
  for (const [index, line] of lines.entries()) {
    const fence = /^\s{0,8}(?:```|~~~)+\s*(\w{0,10})/.exec(line);
    if (fence === null) continue;
    if (open?.read === true) fences.push(lines.slice(open.from, index).join('\n'));
    open = open === null ? { from: index + 1, read: /^(?:ya?ml)?$/i.test(fence[1] ?? '') } : null;
  }
  if (open?.read === true) fences.push(lines.slice(open.from).join('\n'));
  return fences.slice(-MAX_FENCES);
}

/** From the first line that is the name of a list (`findings:`), or an entry, to the end. */
function fromList(text: string): string | null {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => isListName(/^["']?([\w -]{1,40})["']?:/.exec(line)?.[1] ?? '') || /^- [\w"'-]{1,40}:/.test(line));
  return at <= 0 ? null : lines.slice(at).join('\n');
}

function holdsList({ value, partial }: YamlValue): boolean {
  return Array.isArray(value) ? isAnswer({ value, partial, alone: true }) : findList(value) !== null;
}

function isFinding(value: object): boolean {
  const fields = fieldsOf(value);
  return !Array.isArray(value) && (saysNone(fields) || looksLikeFinding(fields));
}
