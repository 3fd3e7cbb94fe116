import { describe, expect, it } from 'vitest';
import { cutBody, MAX_BODY } from './cut-body.ts';

const marker = '\n\n<!-- aegis:summary -->';

describe('cutBody', () => {
  it('leaves alone what fits', () => expect(cutBody('text', marker)).toBe(`text${marker}`));

  it.each([
    { name: 'prose', body: 'word '.repeat(20_000) },
    { name: 'code points of two units', body: '😀'.repeat(40_000) },
    { name: 'one fence', body: `\`\`\`\n${'code\n'.repeat(20_000)}\`\`\`` },
    { name: 'details', body: `<details><summary>x</summary>\n${'row\n'.repeat(20_000)}</details>` },
  ])('$name: at most 60,000 characters, marker last, nothing left open', ({ body }) => {
    const cut = cutBody(body, marker);
    expect(cut.length).toBeLessThanOrEqual(MAX_BODY);
    expect(cut.endsWith(`Cut here: the text was longer than GitHub takes.*${marker}`)).toBe(true);
    expect(cut).not.toMatch(/\p{Cs}/u);
    expect((cut.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect((cut.match(/<details>/g) ?? []).length).toBe((cut.match(/<\/details>/g) ?? []).length);
  });
});
