import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderSarif } from '#report/sarif/render-sarif.ts';
import { results } from '../fixtures/scan-results.ts';

/** Microsoft's validator with its rules for GitHub: a package of its own, because it is 104 MB. */
const home = new URL('../sarif-multitool/', import.meta.url);
const installed = existsSync(new URL('node_modules/@microsoft/sarif-multitool/package.json', home));
// CI must have it; elsewhere its absence is no fault.
const suite = installed || process.env['CI'] ? describe : describe.skip;

const outputSchema = z.object({
  runs: z.array(
    z.object({ results: z.array(z.object({ ruleId: z.string(), level: z.string().default('warning'), message: z.unknown() })) }),
  ),
});

suite(installed ? 'sarif-multitool' : 'sarif-multitool (not installed: npm ci --prefix test/sarif-multitool)', () => {
  let folder: string;
  let binary: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-sarif-'));
    const platform = { darwin: 'darwin', win32: 'win32' }[process.platform as string] ?? 'linux';
    binary = createRequire(new URL('package.json', home))(`@microsoft/sarif-multitool-${platform}`) as string;
    chmodSync(binary, 0o755); // its install script, which npm does not run unasked
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Faults of the given SARIF, as `level rule: message`. The tool exits with 0 whatever it finds. */
  function inspect(name: string, sarif: string): string[] {
    const [input, output] = [join(folder, `${name}.sarif`), join(folder, `${name}.out.sarif`)];
    writeFileSync(input, sarif);
    execFileSync(binary, ['validate', input, '--rule-kind', 'Sarif;Gh', '--output', output, '--log', 'ForceOverwrite'], { stdio: 'pipe' });
    const { runs } = outputSchema.parse(JSON.parse(readFileSync(output, 'utf8').replace(/^\ufeff/, '')));
    return runs.flatMap((run) => run.results.map(({ level, ruleId, message }) => `${level} ${ruleId}: ${JSON.stringify(message)}`));
  }

  it.each(Object.entries(results))('%s: no error and no warning', (name, result) => {
    expect(inspect(name, renderSarif(result, { category: 'aegis', version: '1.2.3', withAbsent: true }))).toEqual([]);
  });

  it('is really asked: a planted fault is reported', () => {
    const log = JSON.parse(renderSarif(results.findings, { category: 'aegis', version: '1.2.3' }));
    log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = '/etc/a b';
    expect(inspect('planted', JSON.stringify(log)).join('\n')).toContain('error SARIF1004');
  });
});
