import { describe, expect, it } from 'vitest';
import { results } from '../../../test/fixtures/scan-results.ts';
import { csv } from './csv.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { pretty } from './pretty.ts';
import { rdjson } from './rdjson.ts';
import { sarif } from './sarif.ts';

const options = {
  color: false,
  width: 100,
  category: 'aegis',
  version: '1.2.3',
  began: '2027-01-31T09:30:00',
  ended: '2027-01-31T09:30:21',
};
const ENDINGS = {
  pretty: 'txt',
  json: 'json',
  sarif: 'sarif',
  markdown: 'md',
  github: 'commands.txt',
  gitlab: 'gitlab.json',
  rdjson: 'rdjson.json',
  csv: 'csv',
};

describe.each([pretty, json, sarif, markdown, github, gitlab, rdjson, csv])('$id', (reporter) => {
  it.each(Object.entries(results))('%s: as in the golden file', async (name, result) => {
    const ending = ENDINGS[reporter.id as keyof typeof ENDINGS];
    await expect(reporter.render(result, options)).toMatchFileSnapshot(`../../../test/golden/reports/${name}.${ending}`);
  });

  it('a stranger cannot give a command to the runner or the terminal', () => {
    const lines = reporter.render(results.hostile, options).split('\n');
    const commands = lines.filter((line) => line.trimStart().startsWith('::'));
    if (reporter.id !== 'github') expect(commands).toEqual([]);
    else for (const line of commands) expect(line).toMatch(/^::(error|warning|notice) (file=[^:]*|title=Aegis[^:]*)::/);
    expect(lines.join('\n')).not.toContain('##[');
    // Lines of CSV end in CR LF.
    expect(lines.map((line) => line.replace(/\r$/, '')).join('\n')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});
