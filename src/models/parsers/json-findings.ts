import { z } from 'zod';
import { readJsonParts, sayWhyNone } from '#lib/tolerant-json.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { isAnswer } from './_claim/find-list.ts';
import { gather, gatherBare, NOTHING_NAMED, startGathering } from './_claim/gather.ts';
import { readNeeds } from './_claim/read-needs.ts';

/** Reads findings from JSON in whatever form and company a model wrote it. See `Parser` for what it promises. */
export const jsonFindings: Parser = {
  id: 'json_findings',
  aliases: ['json_schema'],
  summary: 'JSON findings, tolerant of prose, fences, reasoning, repairable faults and a cut tail.',
  config: z.strictObject({}),
  open: () => ({ read: parseFindings }),
};

/**
 * A value with a list of findings is the answer; where there are several, the last that stands alone, and those that
 * follow it without prose between (JSON Lines); all of them where the last is cut. Without any list, all objects that read like findings are.
 * An answer of which no element was usable is unreadable.
 */
function parseFindings(text: string): ParseResult {
  const { parts, damaged, reasoningOnly } = readJsonParts(text);
  const answers = parts.filter(isAnswer);
  const best = answers.findLast((part) => part.alone) ?? answers.at(-1);
  const into = startGathering();
  into.cut = parts.slice(best === undefined ? 0 : parts.indexOf(best)).some((part) => part.cut);
  if (best !== undefined) {
    // What a sentence quotes just before is no line of JSON Lines but the form that was asked for.
    const lines = answers.filter(({ run, alone }) => best.cut || (run === best.run && (alone || !best.alone)));
    for (const part of lines) gather(part.value, part.partial, null, into, 0);
  } else {
    for (const part of parts) gatherBare(part.value, part.partial, into);
    into.cut ||= damaged;
  }
  const readable = into.claims.length > 0 || (into.unusable === 0 && (best !== undefined || into.nones > 0));
  if (readable) {
    const needs = readNeeds(best?.value);
    return { kind: 'parsed', claims: into.claims, cut: into.cut, ...(needs.length > 0 && { needs }) };
  }
  const reason = into.unusable > 0 ? NOTHING_NAMED : sayWhyNone(text, parts.length > 0, damaged, reasoningOnly);
  return { kind: 'unreadable', reason };
}
