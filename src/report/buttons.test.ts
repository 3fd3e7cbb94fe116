import { expect, it } from 'vitest';
import { PAUSE, RESUME, REVIEW_AGAIN } from './buttons.ts';

it.each([REVIEW_AGAIN, PAUSE, RESUME])(
  'the button "$label" keeps to the lengths that GitHub takes',
  ({ label, description, identifier }) => {
    expect(label.length).toBeLessThanOrEqual(20);
    expect(description.length).toBeLessThanOrEqual(40);
    expect(identifier.length).toBeLessThanOrEqual(20);
  },
);
