import { z } from 'zod';
import { fieldsOf, isObject } from '#lib/fields.ts';
import { type Claim, claimSchema } from '#model/candidate.ts';
import { InputError } from '#model/errors.ts';
import type { AnswerReader, ParseResult, Parser } from '#ports/parser.ts';
import { MAX_CLAIMS } from '../_claim/gather.ts';
import { readClaim } from '../_claim/read-claim.ts';
import { readNeeds } from '../_claim/read-needs.ts';

/** What a module of the user's exports as its parser. `examples/parser` shows one. */
export interface CustomParser {
  readonly summary?: string;
  /** A zod schema, or anything with such a `safeParse`; without it every configuration is taken as it is. */
  readonly config?: { safeParse(config: unknown): { success: boolean; data?: unknown } };
  open(config: Readonly<Record<string, unknown>>): { read(text: string): unknown };
}

/** True for an object that can be adopted as a parser: it has `open`, and of a `config` the `safeParse`. */
export function isParser(value: unknown): value is CustomParser {
  return findFault(value) === null;
}

/**
 * Makes a parser of what `module#export` (`name`) is. What it reads is held to the port: a reader that throws makes the
 * answer unreadable, and each claim is read like a model's own, so that `{ title, line }` will do. Throws `InputError`
 * that says what is missing.
 */
export function adoptParser(value: unknown, name: string): Parser {
  const fault = findFault(value);
  if (fault !== null || !isParser(value)) {
    throw new InputError(`The parser ${name} ${fault ?? 'is none'}`, {
      hint: 'Export an object with `open(config)` that answers `{ read(text) }`; examples/parser shows one.',
    });
  }
  const { config } = value;
  return {
    id: name,
    aliases: [],
    summary: typeof value.summary === 'string' ? value.summary : 'A parser of your own.',
    config: config === undefined ? z.record(z.string(), z.unknown()) : schemaOf(config),
    open: (settings) => guardReader(openReader(value, settings, name)),
  };
}

function findFault(value: unknown): string | null {
  if (value === undefined) return 'does not exist: the module has no such export';
  if (!isObject(value)) return 'is no parser: its export is no object';
  if (!('open' in value) || typeof value.open !== 'function') return 'is no parser: it lacks the function `open(config)`';
  if (!('config' in value) || value.config === undefined) return null;
  const checks = isObject(value.config) && 'safeParse' in value.config && typeof value.config.safeParse === 'function';
  return checks ? null : 'has a `config` that is no schema: it lacks the function `safeParse(config)`';
}

/** The schema may come from another copy of zod, or from no zod at all: its verdict is taken, its errors by their words. */
function schemaOf(config: NonNullable<CustomParser['config']>): Parser['config'] {
  return z.record(z.string(), z.unknown()).transform((settings, ctx) => {
    const read = config.safeParse(settings);
    if (read.success && isObject(read.data)) return { ...read.data };
    const error = 'error' in read ? read.error : null;
    const issues = isObject(error) && 'issues' in error && Array.isArray(error.issues) ? (error.issues as unknown[]) : [];
    for (const issue of issues.length > 0 ? issues : [error]) {
      const { message, path } = isObject(issue) ? (issue as { message?: unknown; path?: unknown }) : {};
      const keys = Array.isArray(path) ? path.filter((key) => typeof key === 'string' || typeof key === 'number') : [];
      ctx.addIssue({ code: 'custom', path: keys, message: typeof message === 'string' ? message : 'is refused by the parser' });
    }
    return z.NEVER;
  });
}

function openReader(parser: CustomParser, settings: Readonly<Record<string, unknown>>, name: string): { read(text: string): unknown } {
  const hint = 'Mend the module, or its `parser_config`.';
  let reader: unknown;
  try {
    reader = parser.open(settings);
  } catch (cause) {
    throw new InputError(`The parser ${name} could not be opened: ${wordsOf(cause)}`, { hint, cause });
  }
  if (isObject(reader) && 'read' in reader && typeof reader.read === 'function') return reader as { read(text: string): unknown };
  throw new InputError(`The parser ${name} is no parser: what \`open(config)\` answers lacks the function \`read(text)\``, { hint });
}

function guardReader(reader: { read(text: string): unknown }): AnswerReader {
  return {
    read(text) {
      try {
        const result = reader.read(text);
        // A promise is no answer, but its rejection would end the process.
        if (result instanceof Promise) result.catch(() => undefined);
        return checkResult(result);
      } catch (error) {
        return { kind: 'unreadable', reason: `the parser failed: ${wordsOf(error)}` };
      }
    },
  };
}

function checkResult(result: unknown): ParseResult {
  const { kind, reason, claims, cut, needs, score } = isObject(result) ? (result as Record<string, unknown>) : {};
  if (kind === 'unreadable')
    return { kind, reason: typeof reason === 'string' && reason.trim() !== '' ? reason.slice(0, 300) : 'the parser does not say why' };
  if (kind !== 'parsed' || !Array.isArray(claims))
    return { kind: 'unreadable', reason: 'the parser answered neither claims nor that the answer is unreadable' };
  const read = claims.slice(0, MAX_CLAIMS).map(checkClaim);
  const usable = read.filter((claim) => claim !== null);
  if (usable.length === 0 && read.length > 0) return { kind: 'unreadable', reason: "none of the parser's claims names a weakness" };
  const symbols = readNeeds({ needs });
  return {
    kind: 'parsed',
    claims: usable,
    cut: cut === true || usable.length < claims.length,
    ...(symbols.length > 0 && { needs: symbols }),
    ...(typeof score === 'number' && score >= 0 && score <= 1 && { score }),
  };
}

function checkClaim(claim: unknown): Claim | null {
  const exact = claimSchema.safeParse(claim);
  if (exact.success) return exact.data;
  return isObject(claim) ? readClaim(fieldsOf(claim), null) : null;
}

/** The first line of an error, without its stack. */
function wordsOf(error: unknown): string {
  return (
    String(error instanceof Error ? error.message : error)
      .split('\n', 1)[0]
      ?.slice(0, 200)
      .toWellFormed() ?? ''
  );
}
