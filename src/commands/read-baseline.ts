import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isObject } from '#lib/fields.ts';
import { findCwe, readCwe } from '#lib/read-scales.ts';
import { InputError } from '#model/errors.ts';
import type { BaselineFinding } from '#model/lifecycle.ts';
import { countOf } from '#report/wording.ts';

/**
 * The findings of a baseline file: what `--format json` or `--format sarif` wrote, or SARIF 2.1.0 of another tool, of which
 * a result is known by its file, its CWE and the line that it quotes. Throws `InputError` for anything else.
 */
export async function readBaseline(path: string): Promise<readonly BaselineFinding[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError(`there is no baseline to read at ${path}`, { hint: HINT, cause });
  });
  const found = readBaselineText(text);
  if (found === null) throw new InputError(`${path} is no baseline: neither the JSON of Aegis nor SARIF`, { hint: HINT });
  return found;
}

/** What of a baseline will not be known again, as a sentence: SARIF need not quote lines, and most tools must be asked to. Null where all will be. */
export function warnOfBaseline(baseline: readonly BaselineFinding[]): string | null {
  const blind = baseline.filter(({ fingerprint, evidence }) => fingerprint === '' && evidence === '').length;
  if (blind === 0) return null;
  const [quote, known] = blind === 1 ? ['quotes', 'it is'] : ['quote', 'they are'];
  return `${blind} of ${countOf(baseline.length, 'finding')} of the baseline ${quote} no line, so that ${known} not known again; have the other tool write snippets`;
}

const HINT = 'Write one with `aegis scan . --format json --output baseline.json`.';

/** Null for a text that is neither of the forms. */
export function readBaselineText(text: string): readonly BaselineFinding[] | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  if ('findings' in value) return ownSchema.safeParse(value).data?.findings ?? null;
  return sarifSchema.safeParse(value).data?.runs.flatMap(resultsOf) ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

const ownSchema = z.object({
  schemaVersion: z.literal(1),
  findings: z.array(z.object({ fingerprint: z.string(), cwe: z.string().nullable(), path: z.string(), evidence: z.string() })),
});

const maybe = <T extends z.ZodType>(type: T) => type.nullish().catch(undefined);
const text = maybe(z.string());
const properties = maybe(z.record(z.string(), z.unknown()));
const references = maybe(z.array(maybe(z.object({ id: text }))));
const ruleSchema = z.object({ id: text, properties, helpUri: text });
const resultSchema = z.object({
  ruleId: text,
  ruleIndex: maybe(z.int().min(0)),
  partialFingerprints: maybe(z.record(z.string(), z.unknown())),
  taxa: references,
  properties,
  locations: maybe(
    z.array(
      z.object({
        physicalLocation: maybe(
          z.object({ artifactLocation: maybe(z.object({ uri: text })), region: maybe(z.object({ snippet: maybe(z.object({ text })) })) }),
        ),
      }),
    ),
  ),
});
const runSchema = z.object({
  tool: maybe(z.object({ driver: maybe(z.object({ rules: maybe(z.array(ruleSchema)) })) })),
  results: maybe(z.array(resultSchema)),
});
/** What is read of SARIF 2.1.0; tools are careless with the rest. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
const sarifSchema = z.object({ runs: z.array(runSchema) });

function resultsOf({ tool, results }: z.infer<typeof runSchema>): readonly BaselineFinding[] {
  const rules = tool?.driver?.rules ?? [];
  return (results ?? []).flatMap((result) => {
    const place = result.locations?.[0]?.physicalLocation;
    const uri = place?.artifactLocation?.uri;
    if (uri == null || uri === '') return [];
    const rule = rules[result.ruleIndex ?? -1] ?? rules.find(({ id }) => id != null && id === result.ruleId);
    const name = result.partialFingerprints?.['aegis/v1'];
    return [
      {
        fingerprint: typeof name === 'string' ? name : '',
        cwe: cweOf(result, rule),
        path: decodePath(uri),
        evidence: (place?.region?.snippet?.text ?? '').trim(),
      },
    ];
  });
}

/** By its own words before those of its rule: references, properties such as `cwe`, tags, and names. */
function cweOf(
  { ruleId, taxa, properties: own }: z.infer<typeof resultSchema>,
  rule: z.infer<typeof ruleSchema> | undefined,
): string | null {
  const words = (given: Readonly<Record<string, unknown>> | null | undefined) => [
    readCwe(given?.['cwe']) ?? readCwe(given?.['cwes']),
    findCwe(JSON.stringify(given?.['tags'] ?? '')),
  ];
  const named = [...(taxa ?? []).map((taxon) => findCwe(taxon?.id ?? '')), ...words(own), ...words(rule?.properties)];
  const page = /cwe\.mitre\.org\/data\/definitions\/(\d{1,4})\b/.exec(rule?.helpUri ?? '')?.[1];
  return named.find((cwe) => cwe != null) ?? findCwe(`${ruleId ?? ''} ${rule?.id ?? ''}`) ?? readCwe(page) ?? null;
}

/** Tools that do not encode at all write a bare `%`; their text stays as it is. */
function decodePath(uri: string): string {
  const plain = uri.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
