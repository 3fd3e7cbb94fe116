/**
 * Writes `src/lib/cwe-table.json` from MITRE's list as the package `cwe-sdk` carries it (32 MB, so it is no
 * dependency). Run it when MITRE publishes a new list:
 *
 *     npm install --prefix "$(mktemp -d)" cwe-sdk@1.1.19
 *     node --import tsx scripts/gen-cwe.ts THAT_FOLDER/node_modules/cwe-sdk
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const relationSchema = z.looseObject({
  attr: z.looseObject({
    '@_Nature': z.string(),
    '@_CWE_ID': z.string(),
    '@_View_ID': z.string(),
    '@_Ordinal': z.string().optional(),
  }),
});
const dictionarySchema = z.record(
  z.string(),
  z.looseObject({
    attr: z.looseObject({ '@_Name': z.string(), '@_Status': z.string() }),
    Related_Weaknesses: z.looseObject({ Related_Weakness: z.union([relationSchema, z.array(relationSchema)]) }).optional(),
  }),
);

/** View 1000, "Research Concepts": the one tree that holds every weakness. */
const RESEARCH_VIEW = '1000';

/** Published after the list that the package carries (4.15): https://cwe.mitre.org/data/definitions/1427.html and the like. */
const NEWER: Readonly<Record<string, [name: string, parents: number[]]>> = {
  '1427': ['Improper Neutralization of Input Used for LLM Prompting', [77]],
  '1428': ['Reliance on HTTP instead of HTTPS', [319]],
  '1434': ['Insecure Setting of Generative AI/ML Model Inference Parameters', [440, 665, 684, 691]],
};

const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder of the installed cwe-sdk package');
const dictionary = dictionarySchema.parse(JSON.parse(readFileSync(join(folder, 'raw/cwe-dictionary.json'), 'utf8')));

const table = new Map(Object.entries(NEWER));
for (const [id, weakness] of Object.entries(dictionary)) {
  if (weakness.attr['@_Status'] === 'Deprecated') continue;
  const parents = [weakness.Related_Weaknesses?.Related_Weakness ?? []]
    .flat()
    .map((relation) => relation.attr)
    .filter((relation) => relation['@_Nature'] === 'ChildOf' && relation['@_View_ID'] === RESEARCH_VIEW)
    .toSorted((a, b) => Number(b['@_Ordinal'] === 'Primary') - Number(a['@_Ordinal'] === 'Primary'))
    .map((relation) => Number(relation['@_CWE_ID']));
  table.set(id, [weakness.attr['@_Name'], parents]);
}

const rows = [...table].toSorted(([a], [b]) => Number(a) - Number(b)).map(([id, row]) => `${JSON.stringify(id)}:${JSON.stringify(row)}`);
writeFileSync(new URL('../src/lib/cwe-table.json', import.meta.url), `{\n${rows.join(',\n')}\n}\n`);
console.log(`${rows.length} weaknesses`);
