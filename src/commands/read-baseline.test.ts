import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { json } from '#report/reporters/json.ts';
import { renderSarif } from '#report/sarif/render-sarif.ts';
import { hostileResult } from '../../test/fakes/scan-result.ts';
import { readBaseline, readBaselineText } from './read-baseline.ts';

const result = hostileResult();
const own = result.findings.map(({ fingerprint, cwe, path, evidence }) => ({ fingerprint, cwe, path, evidence }));
const names = (found: ReturnType<typeof readBaselineText>) => found?.map(({ fingerprint }) => fingerprint);

describe('a baseline', () => {
  it('is what --format json wrote', () => {
    const text = json.render(result, { color: false, width: 80, category: 'aegis', version: '1.0.0', began: '', ended: '' });
    expect(own.length).toBeGreaterThan(0);
    expect(readBaselineText(text)).toEqual(JSON.parse(JSON.stringify(own)));
  });

  it('is what --format sarif wrote', () => {
    const found = readBaselineText(renderSarif(result, { category: 'aegis', version: '1.0.0' }));
    expect(names(found)).toEqual(own.map(({ fingerprint }) => fingerprint));
    // A half of a sign has no place in an address.
    expect(found?.map(({ cwe, path }) => [cwe, path])).toEqual(own.map(({ cwe, path }) => [cwe, path.replace(/\p{Cs}/gu, '\ufffd')]));
  });

  it.each([
    {
      name: 'a tag of its rule',
      result: { ruleIndex: 0 },
      rule: { id: 'js/sqli', properties: { tags: ['security', 'external/cwe/cwe-089'] } },
    },
    { name: 'its rule by name', result: { ruleId: 'js/sqli' }, rule: { id: 'js/sqli', properties: { tags: ['CWE-89: SQL Injection'] } } },
    { name: 'a property', result: { properties: { cwe: ['CWE-89'] } }, rule: {} },
    { name: 'a taxon', result: { taxa: [{ id: 'CWE-89' }] }, rule: {} },
    { name: 'the page of its rule', result: { ruleIndex: 0 }, rule: { helpUri: 'https://cwe.mitre.org/data/definitions/89.html' } },
  ])('is SARIF of another tool, with the weakness from $name', ({ result: over, rule }) => {
    const place = { artifactLocation: { uri: './src/my%20app.js' }, region: { startLine: 3, snippet: { text: '  query(a + b)\n' } } };
    const log = {
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'other', rules: [rule] } }, results: [{ ...over, locations: [{ physicalLocation: place }] }] }],
    };
    expect(readBaselineText(`\ufeff${JSON.stringify(log)}`)).toEqual([
      { fingerprint: '', cwe: 'CWE-89', path: 'src/my app.js', evidence: 'query(a + b)' },
    ]);
  });

  it.each(['', 'no JSON', '[]', '{}', '{"findings": 1}', '{"schemaVersion": 2, "findings": []}', '{"runs": {}}'])(
    'is nothing else: %j',
    async (text) => {
      expect(readBaselineText(text)).toBeNull();
      const path = join(await mkdtemp(join(tmpdir(), 'aegis-baseline-')), 'baseline.json');
      await writeFile(path, text);
      await expect(readBaseline(path)).rejects.toThrow(/is no baseline: neither the JSON of Aegis nor SARIF/);
    },
  );

  it('is a file that can be read', async () => {
    await expect(readBaseline('/does/not/exist.json')).rejects.toThrow(InputError);
  });
});
