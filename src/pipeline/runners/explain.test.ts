import { describe, expect, it } from 'vitest';
import { askedModel, reply } from '../../../test/fakes/asked-model.ts';
import { makeSeat } from '../../../test/fixtures/panel.ts';
import { PROMPT_CHUNKS, PROMPT_FINDING } from '../../../test/fixtures/prompts.ts';
import { explain } from './explain.ts';

const chunk = PROMPT_CHUNKS['one-hunk-javascript'];

async function tell(text: string, finding: typeof PROMPT_FINDING | null = PROMPT_FINDING) {
  const { model, requests } = askedModel([reply(text)]);
  const signal = new AbortController().signal;
  const task = { chunk, cases: [], finding };
  const outcome = await explain.run(makeSeat('m', { role: 'explain' }), task, { model, signal, heard: null, lookUp: null });
  return { outcome, requests };
}

async function replacementOf(replacement: unknown) {
  const { outcome } = await tell(JSON.stringify({ explanation: 'Because.', fix: 'Bind it.', replacement }));
  return outcome.kind === 'answered' && outcome.opinion?.kind === 'explanation' ? outcome.opinion.replacement : outcome.kind;
}

describe('explain', () => {
  it('tells why, how to mend it, and new text for the lines', async () => {
    const answer = { explanation: 'Whoever asks chooses the statement.', fix: 'Bind the id.', replacement: "  const q = 'SELECT 1';" };
    expect((await tell(JSON.stringify(answer))).outcome).toEqual({
      kind: 'answered',
      claims: [],
      opinion: { kind: 'explanation', ...answer },
      usage: { tokensIn: 10, tokensOut: 20, costUsd: 0.01, latencyMs: 5, cached: false },
    });
  });

  it.each([
    { name: 'none', answer: null, read: null },
    { name: 'none in words', answer: 'null', read: null },
    { name: 'the lines as they are', answer: '\tconst a = 1;\n\n\tconst b = 2;', read: '\tconst a = 1;\n\n\tconst b = 2;' },
    { name: 'nothing, which removes the lines', answer: '', read: '' },
    { name: 'a list of lines', answer: ['  a();', '  b();'], read: '  a();\n  b();' },
    { name: 'the line ends of another system', answer: 'a();\r\nb();\r\n', read: 'a();\nb();' },
    { name: 'one line feed at its end, and not the second', answer: 'a();\n\n', read: 'a();\n' },
    { name: 'a code fence around it', answer: '```js\n  a();\n```', read: '  a();' },
    { name: 'a longer fence around a fence', answer: '````md\n```\nx\n```\n````\n', read: '```\nx\n```' },
    { name: 'a fence within it', answer: 'a\n```\nb', read: 'a\n```\nb' },
    { name: 'the numbers of a prompt', answer: '   42 +   a();\n   43 + \n   44   }', read: '  a();\n\n}' },
    { name: 'numbers of removed lines', answer: '  L17 - a();', read: 'a();' },
    { name: 'numbers that only some lines have', answer: '   42 + a();\n  b();', read: '   42 + a();\n  b();' },
    { name: 'numbers of the code itself', answer: '  12,\n  13,', read: '  12,\n  13,' },
    { name: 'signs that no database keeps', answer: 'a\0b\ud800', read: 'ab\ufffd' },
    { name: 'more than a few lines', answer: 'x'.repeat(4_001), read: null },
    { name: 'as much as is allowed', answer: 'x'.repeat(4_000), read: 'x'.repeat(4_000) },
    { name: 'a number', answer: 42, read: null },
  ])('reads a replacement: $name', async ({ answer, read }) => expect(await replacementOf(answer)).toBe(read));

  it.each([
    { name: 'a fence in prose', text: 'So:\n```json\n{"explanation": "Because.", "fix": "Bind it.", "replacement": null}\n```' },
    { name: 'other names', text: '{"why": "Because.", "remediation": "Bind it."}' },
    { name: 'faults', text: "{explanation: 'Because.', 'fix': 'Bind it.',}" },
  ])('reads $name', async ({ text }) => {
    expect((await tell(text)).outcome).toMatchObject({ opinion: { explanation: 'Because.', fix: 'Bind it.', replacement: null } });
  });

  it('cuts words that do not end', async () => {
    const { outcome } = await tell(JSON.stringify({ explanation: 'a'.repeat(9_000), fix: 'b'.repeat(9_000), replacement: null }));
    expect(outcome).toMatchObject({ opinion: { explanation: 'a'.repeat(2_000), fix: 'b'.repeat(2_000) } });
  });

  it.each([
    { name: 'an answer without words', text: '{"explanation": " ", "fix": "x", "replacement": "y"}', kind: 'unreadable' },
    { name: 'prose', text: 'It is exploitable because the id is joined.', kind: 'unreadable' },
    { name: 'a cut tail', text: '{"explanation": "Because.", "fix": "Bind it.", "replacement": "  const q', kind: 'truncated' },
  ])('takes no explanation from $name', async ({ text, kind }) => expect((await tell(text)).outcome.kind).toBe(kind));

  it('asks nothing without a finding', async () => {
    const { outcome, requests } = await tell('{"explanation": "Because."}', null);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'AEGIS_ROLE_UNSUITABLE' });
    expect(requests).toEqual([]);
  });
});
