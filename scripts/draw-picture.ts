/**
 * Draws `docs/review.png`: what the example pull request gets, rendered as GitHub renders Markdown. Run it again when
 * the comment or the summary changes: `npm run picture`. Needs Chromium (CHROMIUM, else /usr/bin/chromium).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { marked } from 'marked';
import { chromium } from 'playwright-core';
import { builtIn, composeScanner, known, planSource } from '../src/compose.ts';
import { readEnvironment } from '../src/config/env.ts';
import { readConfig } from '../src/config/read-config.ts';
import { resolvePlan } from '../src/config/resolve-plan.ts';
import { parseUnifiedDiff } from '../src/diff/parse-unified.ts';
import { createMemoryAnswerCache } from '../src/models/calls/answers/memory-answer-cache.ts';
import { createMemoryQuirks } from '../src/models/calls/file-quirks.ts';
import { describePublication } from '../src/report/describe-publication.ts';

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const css = readFileSync(createRequire(import.meta.url).resolve('github-markdown-css/github-markdown.css'), 'utf8');

const { config } = readConfig('', '.aegis.yml', known);
const { plan, settings } = resolvePlan(config, {}, planSource(builtIn, { kind: 'owner' }));
const kept = {
  ...{ fenceSecret: async () => '', secrets: null, quirks: createMemoryQuirks(), cache: createMemoryAnswerCache({ maxBytes: 1 }) },
  judgements: { record: async () => undefined, records: async () => [] },
};
const result = await composeScanner(readEnvironment({}), kept).scan(
  { mode: 'change', files: parseUnifiedDiff(file('../examples/pull-request.diff')), base: 'main', head: 'feature/search' },
  plan,
  {
    reader: { read: () => Promise.resolve(null), prefetch: () => Promise.resolve() },
    attributes: null,
    signal: new AbortController().signal,
    emit: () => undefined,
    ...{ cache: false, wantsOutput: false, monthly: null, keep: null, caller: () => ({ owned: true, repository: null }) },
  },
);
const pull = { owner: 'acme', repo: 'shop', headSha: '6da96c34ca5a3e2ab25ef36a62fe29377bdda9ff' };
const publication = describePublication({ ...result, timing: { totalMs: 180 } }, { ...settings, scanId: '01JD7Q', version: '0.1.0', pull });

const comment = (title: string, body: string) =>
  `<section><header><b>aegis</b><span class="bot">bot</span> ${title}</header><div class="markdown-body">${marked.parse(body, { async: false })}</div></section>`;
const first = publication.review?.comments[0];
const page = (theme: string) => `<!doctype html><meta charset="utf-8"><style>${css}
  body { margin: 0; padding: 24px; font-family: -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; width: 860px }
  body[data-theme=light] { background: #fff; color: #1f2328 } body[data-theme=dark] { background: #0d1117; color: #e6edf3 }
  section { border: 1px solid #d0d7de; border-radius: 6px; margin-bottom: 20px; overflow: hidden }
  [data-theme=dark] section { border-color: #30363d }
  header { background: #f6f8fa; border-bottom: 1px solid #d0d7de; padding: 8px 16px; font-size: 14px }
  [data-theme=dark] header { background: #151b23; border-color: #30363d }
  .bot { border: 1px solid #d0d7de; border-radius: 10px; padding: 0 6px; font-size: 12px; margin: 0 6px }
  .markdown-body { padding: 16px; font-size: 14px }
</style><body data-theme="${theme}">${comment('commented', publication.summary ?? '')}${comment(`on <code>${first?.path}</code> line ${first?.line}`, first?.body ?? '')}</body>`;

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
for (const theme of ['light', 'dark'] as const) {
  const tab = await browser.newPage({ viewport: { width: 910, height: 200 }, deviceScaleFactor: 1.5, colorScheme: theme });
  await tab.setContent(page(theme));
  const suffix = theme === 'light' ? '' : '-dark';
  await tab.screenshot({ path: new URL(`../docs/review${suffix}.png`, import.meta.url).pathname, fullPage: true });
}
await browser.close();
