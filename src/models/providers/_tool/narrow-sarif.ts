import { z } from 'zod';
import type { HandedFiles } from './printed-path.ts';

/** Only what is needed to place a result; everything else is passed on as it is. */
const resultSchema = z.looseObject({
  ruleId: z.string().nullish(),
  taxa: z.array(z.unknown()).nullish(),
  locations: z
    .array(
      z.looseObject({
        physicalLocation: z
          .looseObject({
            artifactLocation: z.looseObject({ uri: z.string().nullish(), index: z.number().nullish() }).nullish(),
            region: z.looseObject({ startLine: z.number().nullish(), endLine: z.number().nullish() }).nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});
const logSchema = z.looseObject({
  runs: z.array(
    z.looseObject({
      results: z.array(z.unknown()).nullish(),
      artifacts: z.array(z.looseObject({ location: z.looseObject({ uri: z.string().nullish() }).nullish() })).nullish(),
    }),
  ),
});
type Result = z.infer<typeof resultSchema>;

/**
 * A SARIF log with the results of shown lines only, their places named as the change names them, and with the
 * weaknesses of the entry's map. Null where it is no SARIF log. A result of another form, or without a place, stays.
 */
export function narrowSarif(text: string, handed: HandedFiles, cweOfRule: (rule: string) => string | null): string | null {
  const log = logSchema.safeParse(parse(text)).data;
  if (log === undefined) return null;
  const runs = log.runs.map((run) => {
    const uris = (run.artifacts ?? []).map((artifact) => artifact.location?.uri ?? '');
    const results = run.results?.flatMap((element) => {
      const result = resultSchema.safeParse(element).data;
      return result === undefined ? [element] : narrowResult(result, uris, handed, cweOfRule(result.ruleId ?? ''));
    });
    // The rest of the run may name places that are gone with the scratch folder.
    const { originalUriBaseIds: _, artifacts: __, ...kept } = run;
    return { ...kept, results };
  });
  return JSON.stringify({ ...log, runs });
}

function narrowResult(result: Result, uris: readonly string[], handed: HandedFiles, cwe: string | null): Result[] {
  const [first] = result.locations ?? [];
  const place = first?.physicalLocation;
  const uri = place?.artifactLocation?.uri ?? uris[place?.artifactLocation?.index ?? -1] ?? '';
  const taxa = cwe === null ? {} : { taxa: [{ id: cwe, toolComponent: { name: 'CWE' } }, ...(result.taxa ?? [])] };
  if (uri === '') return [{ ...result, ...taxa }];
  const file = handed.place(decode(uri));
  const start = place?.region?.startLine ?? 1;
  if (file === null || !handed.shows(file, start, place?.region?.endLine ?? start)) return [];
  const artifactLocation = { uri: encodeURI(file.path) };
  return [{ ...result, ...taxa, locations: [{ ...first, physicalLocation: { ...place, artifactLocation } }] }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.indexOf('{'))));
  } catch {
    return null;
  }
}

function decode(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
