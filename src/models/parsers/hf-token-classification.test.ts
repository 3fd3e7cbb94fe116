import { describe, expect, it } from 'vitest';
import { hfTokenClassification } from './hf-token-classification.ts';

const read = (answer: unknown, config: Record<string, unknown> = {}) =>
  hfTokenClassification.open(hfTokenClassification.config.parse(config)).read(typeof answer === 'string' ? answer : JSON.stringify(answer));
const token = (entity: string, line: number, score = 0.9, path = 'a.py') => ({
  path,
  startLine: line,
  endLine: line,
  entity,
  score,
  word: 'x',
});
const lines = (answer: unknown) => {
  const result = read(answer);
  return result.kind === 'parsed' ? result.claims.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`) : result;
};

describe('hf_token_classification', () => {
  it.each([
    { name: 'tokens of one line are one claim', tokens: [token('VULNERABLE', 3), token('VULNERABLE', 3)], claims: ['a.py:3-3'] },
    {
      name: 'tokens of lines below each other are one range',
      tokens: [token('B-VULNERABLE', 3), token('I-VULNERABLE', 4), token('I-VULNERABLE', 5)],
      claims: ['a.py:3-5'],
    },
    {
      name: 'an entity that begins on the next line is another one',
      tokens: [token('B-VULNERABLE', 3), token('B-VULNERABLE', 4)],
      claims: ['a.py:3-3', 'a.py:4-4'],
    },
    {
      name: 'one that begins on the same line is the same place',
      tokens: [token('B-VULNERABLE', 3), token('B-VULNERABLE', 3)],
      claims: ['a.py:3-3'],
    },
    { name: 'a gap of lines parts them', tokens: [token('VULNERABLE', 3), token('VULNERABLE', 5)], claims: ['a.py:3-3', 'a.py:5-5'] },
    { name: 'files are apart', tokens: [token('LABEL_1', 3), token('LABEL_1', 3, 0.9, 'b.py')], claims: ['a.py:3-3', 'b.py:3-3'] },
    {
      name: 'weak and negative tokens are left out',
      tokens: [token('LABEL_1', 3, 0.4), token('LABEL_0', 4), token('O', 5), token('SAFE', 6)],
      claims: [],
    },
    { name: 'a weak token of an unknown label decides nothing', tokens: [token('PER', 3, 0.1)], claims: [] },
    { name: 'no tokens is no findings', tokens: [], claims: [] },
  ])('$name', ({ tokens, claims }) => expect(lines({ tokens })).toEqual(claims));

  it('takes the surest token for the confidence', () => {
    const result = read({ tokens: [token('B-VULNERABLE', 3, 0.6), token('I-VULNERABLE', 4, 0.95), token('I-VULNERABLE', 5, 0.7)] });
    expect(result).toMatchObject({ cut: false, claims: [{ confidence: 0.95, severity: 'high', startLine: 3, endLine: 5 }] });
  });

  it('has the score of its surest positive token, also below the threshold', () => {
    expect(read({ tokens: [token('LABEL_1', 3, 0.4), token('LABEL_1', 4, 0.3), token('O', 5, 0.99)] })).toMatchObject({
      claims: [],
      score: 0.4,
    });
    expect(read({ tokens: [] })).toMatchObject({ score: 0 });
  });

  it('joins the tokens that Hugging Face answers with, and means the change', () => {
    const answer = [
      { entity: 'B-VULNERABLE', score: 0.9, index: 4, word: 'Ġeval', start: 10, end: 14 },
      { entity: 'I-VULNERABLE', score: 0.8, index: 5, word: '(', start: 14, end: 15 },
      { entity: 'I-VULNERABLE', score: 0.7, index: 6, word: 'Ġinput', start: 16, end: 21 },
      { entity: 'VULNERABLE', score: 0.7, index: 9, word: 'ex', start: 40, end: 42 },
      { entity: 'VULNERABLE', score: 0.7, index: 10, word: '##ec', start: 42, end: 44 },
    ];
    const result = read(answer);
    expect(result).toMatchObject({ claims: [{ path: null, startLine: null, evidence: null, confidence: 0.9 }, { confidence: 0.7 }] });
    expect(result.kind === 'parsed' && result.claims.map(({ message }) => message)).toEqual([
      'The classifier labels this change VULNERABLE (score 0.90), on account of `eval( input`.',
      'The classifier labels this change VULNERABLE (score 0.70), on account of `exec`.',
    ]);
    expect(read([answer])).toEqual(result);
    expect(read([{ entity_group: 'LABEL_1', score: 0.66, word: 'os.system', start: 0, end: 9 }])).toMatchObject({
      claims: [{ severity: 'medium' }],
    });
  });

  it.each([
    { name: 'a label in neither list', answer: { tokens: [token('B-PER', 3)] }, reason: /"PER"/ },
    { name: 'an error', answer: { error: 'Rate limited' }, reason: /Rate limited/ },
    { name: 'prose', answer: 'none', reason: /no JSON/ },
    { name: 'rows without an entity', answer: [{ score: 0.9, word: 'x' }], reason: /not a list of tokens/ },
    { name: 'labels of a text classifier', answer: [{ label: 'SAFE', score: 0.9 }], reason: /not a list of tokens/ },
  ])('does not take $name for an approval', ({ answer, reason }) =>
    expect(read(answer)).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );

  it('is cut where unknown labels stand beside a claim', () =>
    expect(read({ tokens: [token('PER', 3), token('VULNERABLE', 9)] })).toMatchObject({ cut: true, claims: [{ startLine: 9 }] }));
});
