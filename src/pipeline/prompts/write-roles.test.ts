import { describe, expect, it } from 'vitest';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Message } from '#ports/provider.ts';
import { PROMPT_CASES, PROMPT_CHUNKS, PROMPT_FINDING } from '../../../test/fixtures/prompts.ts';
import { writeCustom, writeCustomOnFinding } from './write-custom.ts';
import { writeExplain } from './write-explain.ts';
import { writeJudge } from './write-judge.ts';
import { writeTriage } from './write-triage.ts';

const SECRET = 'the secret of an installation';
const chunk = PROMPT_CHUNKS['one-hunk-javascript'];
const role = {
  prompt: 'You know cryptography. Look at keys and ciphers.\n',
  schema: { type: 'object', properties: { findings: { type: 'array' } } },
  on: 'chunks',
} as const;

const PROMPTS: Readonly<Record<string, readonly Message[]>> = {
  'triage-one-hunk-javascript': writeTriage(chunk, SECRET),
  'judge-hostile-message': writeJudge(chunk, PROMPT_CASES, SECRET),
  'explain-hostile-message': writeExplain(chunk, PROMPT_FINDING, SECRET),
  'custom-on-chunks': writeCustom(role, chunk, SECRET),
  'custom-on-chunks-without-schema': writeCustom({ ...role, schema: {} }, PROMPT_CHUNKS['several-hunks-and-files'], SECRET),
  'custom-on-findings': writeCustomOnFinding({ ...role, on: 'findings' }, chunk, PROMPT_FINDING, SECRET),
};

it.each(Object.entries(PROMPTS))('writes the prompt of %s', async (name, messages) => {
  const text = messages.map(({ role, content }) => `=== ${role}\n${content}\n`).join('\n');
  await expect(text).toMatchFileSnapshot(`../../../test/golden/prompts/${name}.txt`);
});

/** What stands in the last fence. */
const lastFenced = ([, user]: readonly Message[]) => user?.content.trimEnd().split('\n').at(-2) ?? '';

describe('what models said, as other models are shown it', () => {
  it('is a JSON array on one line, with short ids', () => {
    const shown = JSON.parse(lastFenced(writeJudge(chunk, PROMPT_CASES, SECRET))) as Record<string, unknown>[];
    expect(shown.map((one) => Object.keys(one))).toEqual(
      PROMPT_CASES.map(() => ['id', 'path', 'startLine', 'endLine', 'cwe', 'severity', 'message']),
    );
    expect(shown.map(({ id }) => id)).toEqual(['c1', 'c2']);
    expect(shown[1]?.['message']).toContain('\\u{202E}');
    expect(JSON.stringify(shown)).not.toMatch(/[\u202e]|<\|im_end/);
  });

  it('is a JSON object on one line for a finding', () => {
    expect(JSON.parse(lastFenced(writeExplain(chunk, PROMPT_FINDING, SECRET)))).toMatchObject({
      path: 'src/users.js',
      startLine: 42,
      endLine: 42,
      cwe: 'CWE-89',
      severity: 'high',
      title: 'SQL injection',
    });
  });

  it('is cut where it is long', () => {
    const long = PROMPT_CASES.map((one) => ({ ...one, message: 'x'.repeat(100_000) }));
    expect(lastFenced(writeJudge(chunk, long, SECRET)).length).toBeLessThan(2_500);
    expect(lastFenced(writeExplain(chunk, { ...PROMPT_FINDING, message: 'x'.repeat(100_000) }, SECRET)).length).toBeLessThan(1_500);
  });
});

it('sorts in fewer words than it reads', () => {
  const [system] = writeTriage(chunk, SECRET);
  expect(estimateTokens(system?.content ?? '')).toBeLessThanOrEqual(270);
});
