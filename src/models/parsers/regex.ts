import { z } from 'zod';
import { fieldsOf } from '#lib/fields.ts';
import { InputError } from '#model/errors.ts';
import { severitySchema } from '#model/severity.ts';
import type { ParseResult, Parser } from '#ports/parser.ts';
import { MAX_CLAIMS } from './_claim/gather.ts';
import { readClaim } from './_claim/read-claim.ts';
import { compilePattern } from './_regex/compile-pattern.ts';
import { findMatches } from './_regex/find-matches.ts';

const patternSchema = z.string().min(1).max(2_000);

const config = z
  .strictObject({
    pattern: patternSchema.meta({
      description:
        'Pattern of RE2; each match is a finding. Named groups are its members: `(?<path>…)`, `line`, `endLine`, `severity`, `confidence`, `cwe`, `title`, `message`, `evidence`, `fix`.',
    }),
    flags: z
      .string()
      .regex(/^(?!.*(.).*\1)[ims]*$/, 'may hold `i`, `m` and `s`, each once')
      .default('m')
      .meta({ description: '`i`: case does not matter; `m`: `^` and `$` are ends of lines; `s`: `.` matches line breaks.' }),
    none: patternSchema.nullable().default(null).meta({ description: 'Pattern of a text that says that there is nothing: `^0 problems`.' }),
    empty: z
      .enum(['none', 'unreadable'])
      .default('unreadable')
      .meta({ description: 'What an empty text means: `none` for a tool that prints nothing when it finds nothing.' }),
    severity: severitySchema.default('medium').meta({ description: 'Severity of a finding without one.' }),
    title: z
      .string()
      .trim()
      .min(1)
      .max(160)
      .nullable()
      .default(null)
      .meta({ description: 'Title of a finding without one. Default: from its message.' }),
  })
  .superRefine(({ pattern, none, flags }, ctx) => {
    for (const [key, source] of Object.entries({ pattern, none })) {
      const compiled = source === null ? null : compilePattern(source, flags);
      if (typeof compiled === 'string') ctx.addIssue({ code: 'custom', path: [key], message: compiled });
    }
  });

/** Reads lines that a tool prints. The pattern is the configuration's; the text is untrusted, and RE2 does not backtrack. */
export const regex: Parser = {
  id: 'regex',
  aliases: ['regexp'],
  summary: 'A pattern of RE2 whose matches are findings and whose named groups are their members.',
  config,
  open(settings) {
    const { pattern, none, flags, ...rules } = config.parse(settings);
    const found = compileValid(pattern, flags);
    const nothing = none === null ? null : compileValid(none, flags);
    return {
      read: (text) => parseMatches(text, findMatches(found, text, MAX_CLAIMS), nothing?.matcher(text).find() ?? false, rules),
    };
  },
};

/** Throws `InputError`, which the schema has made impossible. */
function compileValid(pattern: string, flags: string) {
  const compiled = compilePattern(pattern, flags);
  if (typeof compiled === 'string') throw new InputError(`A pattern ${compiled}`, { hint: 'Mend `parser_config`.' });
  return compiled;
}

type Rules = Pick<z.infer<typeof config>, 'empty' | 'severity' | 'title'>;

/** A text in which nothing matches may be an error message: it is unreadable, unless `none` says what it means. */
function parseMatches(text: string, { matches, more }: ReturnType<typeof findMatches>, saysNone: boolean, rules: Rules): ParseResult {
  if (matches.length === 0) {
    const blank = text.trim() === '';
    if (saysNone || (blank && rules.empty === 'none')) return { kind: 'parsed', claims: [], cut: false };
    return { kind: 'unreadable', reason: blank ? 'the answer is empty' : 'nothing in the answer matches the pattern' };
  }
  const claims = matches.flatMap(({ text: matched, groups }) => {
    const fields = fieldsOf(groups);
    // The match is what the tool said, where no group is.
    const named = readClaim(fields, null, rules.severity) ?? readClaim(fieldsOf({ ...groups, message: matched }), null, rules.severity);
    if (named === null) return [];
    return [{ ...named, title: rules.title !== null && !hasTitle(groups) ? rules.title : named.title }];
  });
  return { kind: 'parsed', claims, cut: more };
}

function hasTitle(groups: Readonly<Record<string, string | null>>): boolean {
  return [...fieldsOf(groups).keys()].some((name) => ['title', 'name', 'rule', 'ruleid', 'type', 'category'].includes(name));
}
