import { describe, expect, it } from 'vitest';
import { cweParents, cweShortName } from '#lib/cwe.ts';
import table from '#lib/cwe-table.json' with { type: 'json' };
import { cweDepth, isWithin, relatedCwes, weaknessFamily } from './cwe-tree.ts';

describe('relatedCwes', () => {
  it.each([
    { name: 'a CWE is related to itself', a: 89, b: 89, related: true },
    { name: 'even one that is too wide', a: 20, b: 20, related: true },
    { name: 'a child and its parent', a: 95, b: 94, related: true },
    { name: 'a grandchild and its grandparent', a: 564, b: 943, related: true },
    { name: 'three steps are too far', a: 24, b: 706, related: false },
    { name: 'siblings are different weaknesses', a: 89, b: 90, related: false },
    { name: 'SQL injection and XSS meet only in CWE-74', a: 89, b: 79, related: false },
    { name: 'CWE-74 says too little to be SQL injection', a: 89, b: 74, related: false },
    { name: 'CWE-20 says too little to be anything', a: 20, b: 1287, related: false },
    { name: 'a pillar says too little', a: 863, b: 284, related: false },
    { name: 'OS command and argument injection are equivalent by review', a: 78, b: 88, related: true },
    { name: 'hard-coded password and hard-coded credentials', a: 259, b: 798, related: true },
    { name: 'a slow regular expression by cause and by effect', a: 1333, b: 400, related: true },
    { name: 'an unknown number is related to nothing else', a: 99_999, b: 89, related: false },
    { name: 'prompt injection is a kind of command injection', a: 1427, b: 77, related: true },
  ])('$name', ({ a, b, related }) => {
    expect(relatedCwes(`CWE-${a}`, `CWE-${b}`)).toBe(related);
    expect(relatedCwes(`CWE-${b}`, `CWE-${a}`)).toBe(related);
  });
});

it('names are the ones that people use', () => {
  expect(cweShortName('CWE-89')).toBe('SQL Injection');
  expect(cweShortName('CWE-798')).toBe('Use of Hard-coded Credentials');
  expect(cweShortName('CWE-1427')).toBe('Improper Neutralization of Input Used for LLM Prompting');
  expect(cweShortName('CWE-16')).toBeNull();
  expect(cweShortName('CWE-constructor')).toBeNull();
});

it('a family is stable between the names of one weakness', () => {
  expect(weaknessFamily('CWE-564')).toBe(weaknessFamily('CWE-89'));
  expect(weaknessFamily('CWE-78')).toBe('CWE-77');
  expect(weaknessFamily(null)).toBe('unclassified');
});

it('the table is a tree without circles, and every parent is in it', () => {
  for (const id of Object.keys(table)) {
    expect(cweDepth(`CWE-${id}`)).toBeGreaterThanOrEqual(0);
    for (const parent of cweParents(`CWE-${id}`)) expect(table).toHaveProperty(parent.replace('CWE-', ''));
  }
});

it('a hard-coded password is within hard-coded credentials, not the other way round', () => {
  expect(isWithin('CWE-259', 'CWE-798')).toBe(true);
  expect(isWithin('CWE-798', 'CWE-259')).toBe(false);
});
