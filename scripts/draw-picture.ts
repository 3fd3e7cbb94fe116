/**
 * Draws the pictures of the README: what a pull request gets, rendered as GitHub renders Markdown, in light and dark. Run it
 * again when the comment or the summary changes: `npm run picture`. Needs Chromium (CHROMIUM, else /usr/bin/chromium).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { marked } from 'marked';
import { chromium } from 'playwright-core';
import { describePublication, type PublicationOptions } from '../src/report/describe-publication.ts';
import { results } from '../test/fixtures/scan-results.ts';

const css = readFileSync(createRequire(import.meta.url).resolve('github-markdown-css/github-markdown.css'), 'utf8');

const options: PublicationOptions = {
  ...{ scanId: '01JD7Q', version: '0.1.0', requestChanges: false, maxComments: 20, summary: true, suggestions: true },
  pull: { owner: 'acme', repo: 'shop', number: 7, headSha: '6da96c34ca5a3e2ab25ef36a62fe29377bdda9ff' },
  failRule: { severity: 'high', paths: [] },
  check: { enabled: true, name: 'Aegis', onIncomplete: 'fail' },
  sarif: { enabled: 'auto', category: 'aegis' },
};
const review = describePublication(results.lifecycle, options);
const comment = review.review?.comments[0];

/** GitHub shows a suggestion as the change that it makes, with a button. */
function render(body: string, replaced: string): string {
  const html = marked.parse(body, { async: false });
  return html.replace(/<pre><code class="language-suggestion">([\s\S]*?)\n?<\/code><\/pre>/, (_, text: string) => {
    const row = (kind: string, mark: string, code: string) => `<div class="${kind}"><span>${mark}</span>${code}</div>`;
    const removed = replaced.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<div class="suggestion"><header>Suggested change</header><pre>${row('del', '-', removed)}${row('add', '+', text)}</pre></div>`;
  });
}

const post = (title: string, html: string) =>
  `<section><header><b>aegis</b><span class="bot">bot</span> ${title}</header><div class="markdown-body">${html}</div></section>`;
const opened = (html: string) => html.replaceAll('<details>', '<details open>');

const pages: Readonly<Record<string, string>> = {
  review: [
    post('commented', render(review.summary ?? '', '')),
    post(
      `commented on <code>${comment?.path}</code> line ${comment?.line}`,
      opened(render(comment?.body ?? '', `  ${results.lifecycle.findings[0]?.evidence ?? ''}`)),
    ),
  ].join(''),
};

const page = (theme: string, body: string) => `<!doctype html><meta charset="utf-8"><style>${css}
  body { margin: 0; padding: 24px; font-family: -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; width: 900px;
    --line: #d0d7de; --bar: #f6f8fa; --del: #ffebe9; --add: #dafbe1 }
  body[data-theme=light] { background: #fff; color: #1f2328 }
  body[data-theme=dark] { background: #0d1117; color: #e6edf3; --line: #30363d; --bar: #151b23; --del: #462022; --add: #12361f }
  section { border: 1px solid var(--line); border-radius: 6px; margin-bottom: 20px; overflow: hidden }
  section:last-child { margin-bottom: 0 }
  header { background: var(--bar); border-bottom: 1px solid var(--line); padding: 8px 16px; font-size: 14px }
  .bot { border: 1px solid var(--line); border-radius: 10px; padding: 0 6px; font-size: 12px; margin: 0 6px }
  .markdown-body { padding: 16px; font-size: 14px }
  .markdown-body .suggestion { border: 1px solid var(--line); border-radius: 6px; margin-bottom: 16px; overflow: hidden }
  .markdown-body .suggestion header { font-size: 12px; padding: 6px 12px }
  .markdown-body .suggestion pre { margin: 0; padding: 0; background: none; white-space: pre-wrap; border-radius: 0 }
  .suggestion pre div { padding: 2px 12px 2px 28px; position: relative }
  .suggestion pre span { position: absolute; left: 12px }
  .suggestion .del { background: var(--del) } .suggestion .add { background: var(--add) }
</style><body data-theme="${theme}">${body}</body>`;

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
for (const [name, body] of Object.entries(pages)) {
  for (const theme of ['light', 'dark'] as const) {
    const tab = await browser.newPage({ viewport: { width: 950, height: 200 }, deviceScaleFactor: 1.5, colorScheme: theme });
    await tab.setContent(page(theme, body));
    const suffix = theme === 'light' ? '' : '-dark';
    await tab.screenshot({ path: new URL(`../docs/${name}${suffix}.png`, import.meta.url).pathname, fullPage: true });
    await tab.close();
  }
}
await browser.close();
