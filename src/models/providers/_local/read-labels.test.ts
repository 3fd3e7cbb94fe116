import { describe, expect, it } from 'vitest';
import { readLabels } from './read-labels.ts';

describe('readLabels', () => {
  it.each([
    {
      name: 'shares one certainty between labels that exclude each other',
      logits: [0, Math.log(3)],
      config: { id2label: { 0: 'SAFE', 1: 'VULNERABLE' } },
      becomes: [
        { label: 'SAFE', score: 0.25 },
        { label: 'VULNERABLE', score: 0.75 },
      ],
    },
    {
      name: 'rates each label for itself where several may hold',
      logits: [0, 100, -100],
      config: { problem_type: 'multi_label_classification', id2label: { 0: 'CWE-79', 1: 'CWE-89', 2: 'safe' } },
      becomes: [
        { label: 'CWE-79', score: 0.5 },
        { label: 'CWE-89', score: 1 },
        { label: 'safe', score: 0 },
      ],
    },
    { name: 'rates a single label for itself', logits: [0], config: {}, becomes: [{ label: 'LABEL_0', score: 0.5 }] },
    {
      name: 'names labels as transformers does where nobody named them',
      logits: [5, 5],
      config: { id2label: null },
      becomes: [
        { label: 'LABEL_0', score: 0.5 },
        { label: 'LABEL_1', score: 0.5 },
      ],
    },
    {
      name: 'is not thrown by large numbers',
      logits: [1e6, -1e6],
      config: {},
      becomes: [
        { label: 'LABEL_0', score: 1 },
        { label: 'LABEL_1', score: 0 },
      ],
    },
  ])('$name', ({ logits, config, becomes }) => expect(readLabels(logits, config)).toEqual(becomes));
});
