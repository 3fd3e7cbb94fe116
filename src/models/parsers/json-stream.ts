import { z } from 'zod';
import { fieldsOf } from '#lib/fields.ts';
import { readLenientJson } from '#lib/lenient-json.ts';
import { readJsonParts, sayWhyNone } from '#lib/tolerant-json.ts';
import type { Claim } from '#model/candidate.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { findList } from './_claim/find-list.ts';
import { gather, gatherBare, gatherElement, MAX_CLAIMS, NOTHING_NAMED, startGathering } from './_claim/gather.ts';
import { readNeeds } from './_claim/read-needs.ts';
import { readPlace } from './_claim/read-place.ts';
import { type Scanned, scanJson } from './_stream/scan-json.ts';

/**
 * Reads findings as they arrive: from `{"findings":[…]}`, a bare array and JSON Lines, with prose, fences and reasoning
 * around them. What was told cannot be taken back: where a model writes several answers, all of them count, and a
 * draft that no opening mark announces as reasoning counts, too. `json_findings` is the parser for such models.
 */
export const jsonStream: Parser = {
  id: 'json_stream',
  aliases: ['jsonl', 'ndjson'],
  summary: 'JSON findings as they arrive: an object with a list, a bare array, or JSON Lines.',
  config: z.strictObject({}),
  open: () => ({
    read(text) {
      const reading = startReading();
      reading.push(text);
      const result = reading.end(text);
      const needs = result.kind === 'parsed' ? needsOf(text) : [];
      return needs.length > 0 ? { ...result, needs } : result;
    },
    stream: () => ({ push: startReading().push }),
  }),
};

interface Reading {
  push(part: string): readonly Claim[];
  end(text: string): ParseResult;
}

function startReading(): Reading {
  const scanner = scanJson();
  const into = startGathering();
  /** An answer was begun, be it empty. */
  let answered = false;
  let objects = 0;

  function take(scanned: Scanned): void {
    if (into.claims.length >= MAX_CLAIMS) into.cut = true;
    else if (scanned.kind === 'list' || scanned.kind === 'empty') answered = true;
    else if (scanned.kind === 'word') into.unusable += 1;
    else takeObject(scanned);
  }

  function takeObject(scanned: Extract<Scanned, { text: string }>): void {
    const read = readObject(scanned.text);
    objects += 1;
    if (read === null) {
      // Within a list it was meant as a finding; elsewhere it may be code.
      if (scanned.kind === 'element') into.cut = true;
      return;
    }
    const { value, partial } = read;
    if (scanned.kind === 'element') gatherElement(value, partial, scanned.path, into, 0);
    else if (findList(value) !== null) {
      answered = true;
      gather(value, partial, readPlace(fieldsOf(value)).path, into, 0);
    } else gatherBare(value, partial, into);
  }

  return {
    push(part) {
      const before = into.claims.length;
      for (const scanned of scanner.push(part)) take(scanned);
      into.cut ||= into.claims.length > MAX_CLAIMS;
      into.claims.length = Math.min(into.claims.length, MAX_CLAIMS);
      return into.claims.slice(before);
    },
    end(text) {
      const { last, open, damaged, reasoned } = scanner.end();
      for (const scanned of last) take(scanned);
      const readable = into.claims.length > 0 || (into.unusable === 0 && (answered || into.nones > 0));
      if (readable) return { kind: 'parsed', claims: into.claims, cut: into.cut || open || damaged };
      const reason = into.unusable > 0 ? NOTHING_NAMED : sayWhyNone(text, objects > 0, damaged || open, reasoned && objects === 0);
      return { kind: 'unreadable', reason };
    },
  };
}

/** They stand beside the list, whose object is not kept while it arrives: found in the whole text, and only where one may be. */
function needsOf(text: string): readonly string[] {
  if (!/need|symbols/i.test(text)) return [];
  const { parts } = readJsonParts(text);
  return parts.map(({ value }) => readNeeds(value)).findLast((needs) => needs.length > 0) ?? [];
}

const WHOLE: ReadonlySet<object> = new Set();

/** An object whose braces are balanced: JSON, or what models take for it. */
function readObject(text: string): { readonly value: object; readonly partial: ReadonlySet<object> } | null {
  try {
    return { value: JSON.parse(text) as object, partial: WHOLE };
  } catch {
    for (const rule of ['plain', 'guessed'] as const) {
      const read = readLenientJson(text, 0, text.length, rule);
      if (read.kind === 'read' && !read.cut) return { value: read.value, partial: read.partial };
    }
    return null;
  }
}
