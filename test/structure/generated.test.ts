import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

describe('what is generated', () => {
  it('is what the code says (else: npm run gen)', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/gen.ts', '--check'], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  }, 60_000);
});

describe('aegis.schema.json', () => {
  const schema = JSON.parse(readFileSync('docs/reference/aegis.schema.json', 'utf8')) as object;
  const valid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const model = { id: 'gpt', provider: 'openai_compatible', model: 'gpt-5-mini' };

  it.each([
    { name: 'an empty file', value: {} },
    { name: 'a registered id', value: { models: ['builtin/patterns'] } },
    {
      name: 'an inline model with settings of its provider',
      value: { models: [{ ...model, timeout: '60s', settings: { temperature: 0 } }] },
    },
    {
      name: 'stages and consensus',
      value: { pipeline: { deep_scan: { models: ['gpt'] } }, consensus: { strategy: 'weighted_vote', weights: { gpt: 2 } } },
    },
    {
      name: 'a rule of suppression',
      value: { suppress: [{ cwe: 'CWE-798', paths: ['test/**'], reason: 'fixtures', until: '2027-01-01' }] },
    },
  ])('takes $name', ({ value }) => expect(valid(value)).toBe(true));

  it.each([
    { name: 'an unknown key', value: { reveiw: {} } },
    { name: 'an unknown severity', value: { review: { min_severity: 'hgih' } } },
    { name: 'a setting that the provider does not have', value: { models: [{ ...model, settings: { num_ctx: 4096 } }] } },
    { name: 'a key in the open', value: { models: [{ ...model, api_key: 'sk-123' }] } },
    { name: 'a rule of suppression without a reason', value: { suppress: [{ cwe: 'CWE-798' }] } },
  ])('refuses $name', ({ value }) => expect(valid(value)).toBe(false));
});
