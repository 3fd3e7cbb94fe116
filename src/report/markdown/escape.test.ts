import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { codeBlock, codeSpan, escapeBlock, escapeInline, escapeLinkText } from './escape.ts';

/** What GitHub's dialect makes of the text, with everything allowed that we might have let through. */
const render = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, allowDangerousProtocol: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const shown = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '')
    .replace(/\s+/g, ' ')
    .trim();

describe('escapeInline', () => {
  it.each([
    { name: 'a mention', text: '@octocat and @org/team', markdown: '@&#8203;octocat and @&#8203;org/team' },
    { name: 'an issue', text: '#12, GH-12, o/r#3', markdown: '\\#&#8203;12, GH-&#8203;12, o/r#&#8203;3' },
    { name: 'what GitLab links', text: '!12, %3, %"next", 50 %', markdown: '!&#8203;12, %&#8203;3, %&#8203;"next", 50 %' },
    { name: 'an image', text: '![x](https://e.x/p)', markdown: '!\\[x\\](https:&#8203;//e.x/p)' },
    { name: 'HTML', text: '<img src=x>', markdown: '&lt;img src=x&gt;' },
    { name: 'an entity', text: '&#64;octocat', markdown: '&amp;#&#8203;64;octocat' },
    { name: 'a hidden mark of ours', text: '<!-- aegis:summary -->', markdown: '&lt;!-- aegis:summary --&gt;' },
    { name: 'a hidden mark in code', text: '`<!-- aegis:summary -->`', markdown: '`<!- - aegis:summary -->`' },
    { name: 'a cell', text: 'a | b', markdown: 'a \\| b' },
    { name: 'a span of code stays one', text: 'use `a|b` here', markdown: 'use `a\\|b` here' },
    { name: 'a lonely backtick', text: 'a ` b', markdown: 'a \\` b' },
    { name: 'a line break', text: 'a\n# b', markdown: 'a # b' },
    { name: 'code that is turned round', text: 'a\u202Eb', markdown: 'a&lt;U+202E&gt;b' },
    { name: 'plain words', text: 'Pass it as a parameter.', markdown: 'Pass it as a parameter.' },
  ])('$name', ({ text, markdown }) => expect(escapeInline(text)).toBe(markdown));
});

describe('escapeBlock', () => {
  it('keeps paragraphs and fenced code, with a fence that the code cannot close', () => {
    const text = 'Do this:\n\n```js\nif (a) {\n  b(`x`)\n}\n```\n\nand # that';
    expect(escapeBlock(text)).toBe('Do this:\n\n```\nif (a) {\n  b(`x`)\n}\n```\n\nand # that');
    expect(codeBlock('a\n```\nb')).toBe('````\na\n```\nb\n````');
  });
  it('keeps what is at the start of a line from acting', () => {
    expect(escapeBlock('# a\n- b\n1. c\n===\n> d')).toBe('\\# a\n\\- b\n1\\. c\n\\===\n&gt; d');
  });
  it('is cut before it costs', () => {
    expect(escapeBlock('x'.repeat(100_000)).length).toBeLessThanOrEqual(20_000);
  });
});

const signs = fc.constantFrom(
  ...[
    '@a',
    '#1',
    '!1',
    '%1',
    'GH-1',
    'http://a.b',
    'www.a.b',
    'a@b.c',
    'mailto:a@b.c',
    'ftp://x.y',
    '##[',
    '::',
    '://',
    '[^1]:',
    '<b>',
    '<!--',
    '-->',
  ],
  ...[
    '[',
    ']',
    '(',
    ')',
    '!',
    '`',
    '``',
    '```',
    '~~~',
    '~',
    '*',
    '_',
    '**',
    '<',
    '>',
    '&',
    '&amp;',
    '&#64;',
    '|',
    '\\',
    '$',
    '{',
    '}',
    '^',
    ':',
    '"',
  ],
  ...['\n', '\n\n', '\r\n', '    ', '\t', ' ', '- ', '+ ', '1. ', '1) ', '# ', '=', '---', ':-', 'x', '\u00a0', '\u200b'],
);
const text = fc.array(signs, { maxLength: 14 }).map((parts) => parts.join(''));

describe('whatever a stranger writes', () => {
  const outsideCode = (html: string) => html.replace(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/g, ' ');
  const expectHarmless = (html: string, tags: RegExp) => {
    expect(html.replace(tags, '')).not.toMatch(/<[^>]*>/);
    expect(outsideCode(html).replace(/&\w+;/g, ' ')).not.toMatch(/[@#]\w|[!%]\d|GH-\d/);
  };

  it('in a sentence: only text and code come out', () => {
    fc.assert(
      fc.property(text, (words) => expectHarmless(render(escapeInline(words)), /<\/?(p|code)>/g)),
      { numRuns: 2000 },
    );
  });
  it('in paragraphs: only text, line breaks and code come out', () => {
    fc.assert(
      fc.property(text, (words) => expectHarmless(render(escapeBlock(words)), /<\/?(p|code|pre)>|<br \/>/g)),
      { numRuns: 2000 },
    );
  });
  it('in a heading, a link and a table cell: neither can be left', () => {
    fc.assert(
      fc.property(text, text, (words, code) => {
        expectHarmless(render(`## ${escapeInline(words)}`), /<\/?(h2|code)>/g);
        expect(render(`[${escapeLinkText(words)}](https://a.example)`)).toMatch(/^<p><a href="https:\/\/a\.example">[^<]*<\/a><\/p>$/);
        const table = render(`| a | b | c |\n|---|---|---|\n| ${escapeInline(words)} | ${codeSpan(code)} | end |`);
        expect(table.match(/<td>/g)).toHaveLength(3);
        expect(table).toContain('<td>end</td>');
      }),
      { numRuns: 2000 },
    );
  });
  it('is shown as it was written', () => {
    const withoutCode = text.filter((words) => !words.includes('`'));
    fc.assert(
      fc.property(withoutCode, (words) => {
        expect(shown(render(escapeInline(words)))).toBe(words.replaceAll('\u200b', '<U+200B>').replace(/\s+/g, ' ').trim());
      }),
      { numRuns: 2000 },
    );
  });
});
