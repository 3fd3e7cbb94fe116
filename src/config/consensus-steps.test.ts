import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dotted } from '#lib/yaml-path.ts';
import { readSteps } from './consensus-steps.ts';

const STRATEGIES = ['union', 'majority_vote', 'weighted_vote'];

function read(text: string, threshold?: number) {
  const read = readSteps(parse(text), STRATEGIES, threshold);
  return 'steps' in read ? read.steps : read.problems.map(({ path, message }) => `${dotted(path)} ${message}`);
}

describe('readSteps', () => {
  it('reads every kind of step, in order', () => {
    const text = `
- filter: { min_severity: medium, min_confidence: 0.3, cwe: [CWE-89, CWE-79] }
- vote: majority_vote
- vote: { strategy: weighted_vote, threshold: 0.6 }
- judge: { when: always }
- cap: { findings: 10 }
`;
    expect(read(text)).toEqual([
      { kind: 'filter', minSeverity: 'medium', minConfidence: 0.3, cwes: ['CWE-89', 'CWE-79'] },
      { kind: 'vote', strategy: 'majority_vote', threshold: 0.5 },
      { kind: 'vote', strategy: 'weighted_vote', threshold: 0.6 },
      { kind: 'judge', when: 'always' },
      { kind: 'cap', findings: 10 },
    ]);
  });

  it.each([
    { text: '[{ judge: {} }]', step: { kind: 'judge', when: 'disagreement' } },
    { text: '[{ vote: weighted_vote }]', step: { kind: 'vote', strategy: 'weighted_vote', threshold: 0.7 } },
    { text: '[{ vote: { strategy: union } }]', step: { kind: 'vote', strategy: 'union', threshold: 0.7 } },
    { text: '[{ filter: { min_confidence: 0 } }]', step: { kind: 'filter', minSeverity: null, minConfidence: 0, cwes: null } },
  ])('fills in what $text leaves out', ({ text, step }) => expect(read(text, 0.7)).toEqual([step]));

  it.each([
    { text: '', told: [' must be a list, but is empty'] },
    { text: 'vote: union', told: [' must be a list, but is a mapping of keys'] },
    { text: '[]', told: [' must not be an empty list'] },
    { text: '[vote]', told: ['[0] must be a mapping of keys, but is the text `vote`'] },
    { text: '[{}]', told: ['[0] must be one of `filter`, `vote`, `judge` and `cap`; a further one is a step of its own'] },
    {
      text: '[{ vote: union, judge: {} }]',
      told: ['[0] must be one of `filter`, `vote`, `judge` and `cap`; a further one is a step of its own'],
    },
    { text: '[{ fliter: {} }]', told: ['[0].fliter unknown key `fliter`; did you mean `filter`?'] },
    {
      text: '[{ filter: { min_severty: high } }]',
      told: ['[0].filter.min_severty unknown key `min_severty`; did you mean `min_severity`?'],
    },
    { text: '[{ filter: {} }]', told: ['[0].filter must name what it asks for: `min_severity`, `min_confidence` or `cwe`'] },
    { text: '[{ filter: { cwe: [89] } }]', told: ['[0].filter.cwe[0] must be a text, but is `89`'] },
    { text: '[{ filter: { cwe: [SQLI] } }]', told: ['[0].filter.cwe[0] must be a CWE such as `CWE-89`'] },
    {
      text: '[{ vote: majorty_vote }]',
      told: [
        '[0].vote must be `union`, `majority_vote`, `weighted_vote` or a mapping of keys, but is `majorty_vote`; did you mean `majority_vote`?',
      ],
    },
    {
      text: '[{ vote: judge }]',
      told: ['[0].vote must be `union`, `majority_vote`, `weighted_vote` or a mapping of keys, but is `judge`'],
    },
    { text: '[{ vote: { strategy: union, treshold: 1 } }]', told: ['[0].vote.treshold unknown key `treshold`; did you mean `threshold`?'] },
    { text: '[{ judge: { when: sometimes } }]', told: ['[0].judge.when must be `always`, `disagreement` or `never`, but is `sometimes`'] },
    { text: '[{ judge: always }]', told: ['[0].judge must be a mapping of keys, but is the text `always`'] },
    { text: '[{ judge: {} }, { cap: { findings: 0 } }]', told: ['[1].cap.findings must be at least 1, but is `0`'] },
    {
      text: '[{ judge: {} }, { vote: union }, { judge: {} }, { judge: {} }]',
      told: ['[2].judge is a second judge; one is the most', '[3].judge is a second judge; one is the most'],
    },
    { text: `[${'{ vote: union }, '.repeat(21)}]`, told: [' must have at most 20 entries'] },
  ])('refuses $text', ({ text, told }) => expect(read(text)).toEqual(told));
});
