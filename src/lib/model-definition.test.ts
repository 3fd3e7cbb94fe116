import { expect, it } from 'vitest';
import { readDuration } from './model-definition.ts';

it.each([
  { text: '60s', ms: 60_000 },
  { text: '2m', ms: 120_000 },
  { text: '500ms', ms: 500 },
  { text: 90, ms: 90_000 },
  { text: '90', ms: 90_000 },
  { text: '1.5 m', ms: 90_000 },
  { text: '60m', ms: 3_600_000 },
  { text: '61m', ms: null },
  { text: 0, ms: null },
  { text: -1, ms: null },
  { text: '1h', ms: null },
  { text: 'soon', ms: null },
  { text: '', ms: null },
])('reads the time $text as $ms ms', ({ text, ms }) => expect(readDuration(text)).toBe(ms));
