import { describe, expect, it } from 'vitest';
import { hfClassification } from './hf-classification.ts';

const read = (answer: unknown, config: Record<string, unknown> = {}) =>
  hfClassification.open(hfClassification.config.parse(config)).read(typeof answer === 'string' ? answer : JSON.stringify(answer));
const label = (name: string, score: number) => ({ label: name, score });
const own = (...labels: { label: string; score: number }[]) => ({
  classifications: [{ path: 'a.py', startLine: 10, endLine: 42, labels }],
});
const found = (...claims: object[]) => ({ kind: 'parsed', cut: false, claims });

describe('hf_classification', () => {
  it.each([
    {
      name: 'places a claim where our own providers say',
      answer: own(label('LABEL_0', 0.07), label('LABEL_1', 0.93)),
      expected: found({ path: 'a.py', startLine: 10, endLine: 42, confidence: 0.93, severity: 'high', cwe: null, evidence: null }),
    },
    {
      name: 'reads one row of a list of lists',
      answer: [[label('LABEL_1', 0.7), label('LABEL_0', 0.3)]],
      expected: found({ severity: 'medium' }),
    },
    {
      name: 'reads a flat list, and means the change',
      answer: [label('vulnerable', 0.5)],
      expected: found({ severity: 'low', path: null, startLine: null }),
    },
    { name: 'reads a bare row', answer: label('LABEL_1', 0.85), expected: found({ severity: 'high' }) },
    {
      name: 'reads columns',
      answer: { sequence: 'x', labels: ['safe', 'Vulnerable'], scores: [0.35, 0.65] },
      expected: found({ confidence: 0.65, severity: 'medium' }),
    },
    { name: 'reads columns for each input', answer: [{ labels: ['SAFE'], scores: [0.9] }], expected: found() },
    {
      name: 'takes a repeated label for one row of each text',
      answer: [label('LABEL_0', 0.9), label('LABEL_0', 0.8), label('LABEL_1', 0.7)],
      expected: found({ confidence: 0.7 }),
    },
    { name: 'finds nothing under the threshold', answer: own(label('LABEL_1', 0.49), label('LABEL_0', 0.51)), expected: found() },
    { name: 'finds nothing where there was nothing to classify', answer: { classifications: [] }, expected: found() },
    {
      name: 'gives the positive class what a lone negative label leaves',
      answer: [label('SAFE', 0.2)],
      expected: found({ confidence: 0.8 }),
    },
    { name: 'believes a lone negative label', answer: [label('SAFE', 0.8)], expected: found() },
    { name: 'passes over an unknown label when a known one decides', answer: [label('SAFE', 0.9), label('OTHER', 0.1)], expected: found() },
    { name: 'reads through a byte-order mark', answer: `\ufeff${JSON.stringify(label('LABEL_1', 1))}`, expected: found({ confidence: 1 }) },
  ])('$name', ({ answer, expected }) => expect(read(answer)).toMatchObject(expected));

  it.each([
    { name: 'an unknown label alone', answer: [label('CWE-79', 0.9)], reason: /"CWE-79"/ },
    { name: 'an unknown label that outweighs the known ones', answer: [label('LABEL_0', 0.4), label('OTHER', 0.6)], reason: /"OTHER"/ },
    { name: 'an error', answer: { error: 'Model too busy' }, reason: /is an error: Model too busy/ },
    { name: 'prose', answer: 'It is safe.', reason: /is no JSON/ },
    { name: 'an empty text', answer: ' ', reason: /empty/ },
    { name: 'an empty list', answer: [], reason: /not a list of labels/ },
    { name: 'an empty list for an input', answer: [[]], reason: /not a list of labels/ },
    { name: 'scores that are none', answer: [label('LABEL_1', 17)], reason: /not a list of labels/ },
    { name: 'columns of different lengths', answer: { labels: ['SAFE'], scores: [] }, reason: /not a list of labels/ },
    { name: 'a window without labels', answer: own(), reason: /not a list of labels/ },
    { name: 'findings', answer: { findings: [] }, reason: /not a list of labels/ },
  ])('does not take $name for an approval', ({ answer, reason }) =>
    expect(read(answer)).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) }),
  );

  it.each([
    { name: 'that of the positive label', answer: own(label('LABEL_0', 0.07), label('LABEL_1', 0.93)), score: 0.93 },
    { name: 'told below the threshold, too', answer: own(label('LABEL_1', 0.31), label('LABEL_0', 0.69)), score: 0.31 },
    { name: 'what a lone negative label leaves', answer: [label('SAFE', 0.8)], score: 0.2 },
    { name: 'that of the most suspicious text', answer: [[label('SAFE', 0.9)], [label('SAFE', 0.7)]], score: 0.3 },
    { name: 'what a negative label beside an unknown one leaves', answer: [label('SAFE', 0.9), label('OTHER', 0.1)], score: 0.1 },
    { name: '0 where there was nothing to classify', answer: { classifications: [] }, score: 0 },
  ])('has a score: $name', ({ answer, score }) => expect((read(answer) as { score?: number }).score).toBeCloseTo(score));

  it('adds the shares of positive labels up where they rule each other out, and only there', () => {
    const config = { positive_labels: ['CWE-79', 'CWE-89'], negative_labels: ['SAFE'] };
    const scoreOf = (...scores: [number, number, number]) =>
      read([label('CWE-79', scores[0]), label('CWE-89', scores[1]), label('SAFE', scores[2])], config);
    expect(scoreOf(0.25, 0.375, 0.375)).toMatchObject({ claims: [], score: 0.625 });
    expect(scoreOf(0.45, 0.4, 0.9)).toMatchObject({ claims: [], score: 0.45 });
  });

  it('is cut where one window could not be judged beside one that was', () => {
    const unknown = { path: 'a.py', startLine: 1, endLine: 9, labels: [label('OTHER', 0.9)] };
    const { classifications } = own(label('LABEL_1', 0.9));
    expect(read({ classifications: [unknown, ...classifications] })).toMatchObject({ cut: true, claims: [{ startLine: 10 }] });
    expect(read({ classifications: [unknown, { ...unknown, labels: [label('SAFE', 1)] }] }).kind).toBe('unreadable');
  });

  it('obeys labels, threshold, severities, weakness and title of its configuration', () => {
    const config = {
      positive_labels: ['Insecure'],
      negative_labels: ['ok'],
      threshold: 0.9,
      severity: { high: 0.99, medium: 0.95 },
      cwe: 89,
    };
    expect(read([label('insecure', 0.96), label('ok', 0.04)], config)).toMatchObject(
      found({ cwe: 'CWE-89', title: 'SQL Injection', severity: 'medium' }),
    );
    expect(read([label('insecure', 0.89), label('ok', 0.11)], config)).toEqual({ ...found(), score: 0.89 });
    expect(read([label('INSECURE', 1)], { ...config, title: 'Unsafe code' })).toMatchObject(
      found({ title: 'Unsafe code', severity: 'high' }),
    );
    const many = { positive_labels: ['CWE-79', 'CWE-89'], negative_labels: ['none'], threshold: 0.3 };
    expect(read([label('CWE-79', 0.4), label('CWE-89', 0.5), label('none', 0.1)], many)).toMatchObject(
      found({ cwe: 'CWE-79' }, { cwe: 'CWE-89' }),
    );
  });

  it.each([
    { name: 'a label that is both', config: { negative_labels: ['label_1'] }, problem: /positive label, too/ },
    { name: 'a weakness that is none', config: { cwe: 'SQL' }, problem: /weakness such as/ },
    { name: 'severities upside down', config: { severity: { high: 0.5, medium: 0.6 } }, problem: /must not be below/ },
    { name: 'an unknown key', config: { treshold: 0.5 }, problem: /treshold/ },
    { name: 'a threshold of 50', config: { threshold: 50 }, problem: /<=1/ },
  ])('refuses $name', ({ config, problem }) => expect(hfClassification.config.safeParse(config).error?.message).toMatch(problem));
});
