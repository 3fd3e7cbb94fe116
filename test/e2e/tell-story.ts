import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { beginStory, type GitStory } from '../fakes/github/git-story.ts';
import { deliver, pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import type { SimulatedModel } from '../fakes/simulated-model.ts';
import { makeFolder, writeFiles } from './run-aegis.ts';
import { appEnv, SECRET, type ServerProcess, startServer, until } from './run-server.ts';

/** What the model reports, by what stands on an added line. */
const WEAKNESSES = [
  { pattern: /SELECT.*\+/, cwe: 'CWE-89', title: 'SQL injection' },
  { pattern: /exec\(.*\+/, cwe: 'CWE-78', title: 'OS command injection' },
  { pattern: /redirect\(/, cwe: 'CWE-601', title: 'Open redirect' },
];

export const sql = (name: string) => `  return db.query("SELECT * FROM ${name} WHERE id = " + id);`;
export const safe = (name: string) => `  return db.query('SELECT * FROM ${name} WHERE id = $1', [id]);`;
export const shell = (name: string) => `  exec('convert ' + ${name});`;
export const body = (name: string, ...lines: readonly string[]) => [`export function ${name}(db, id) {`, ...lines, '}', ''].join('\n');
export const filler = (count: number, word = 'step') =>
  Array.from({ length: count }, (_, index) => `export const ${word}${index} = ${index};`).join('\n');

/** A pull request as a person sees it after a review. */
export interface Look {
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string;
  /** `src/a.js CWE-89` of each comment that stands open, sorted. */
  readonly open: readonly string[];
  readonly closed: readonly string[];
  /** Weak added lines that the model was shown since the last look, sorted. */
  readonly asked: readonly string[];
}

export interface Telling extends GitStory {
  /** Pushes, tells the App, and waits for the end of the review. Answers what the review showed and what it asked. */
  review(action?: string, baseRef?: string): Promise<Look>;
  /** Sends the webhook of a pull request event and waits for nothing. */
  tell(action: string): Promise<void>;
  /** Waits until the newest head has so many checks that ended, and looks. */
  reviewed(checks: number): Promise<Look>;
  look(): Look;
}

/** One App with one model, which any number of stories use one after the other. */
export interface StoryTeller {
  readonly github: FakeGitHub;
  readonly openai: ModelServer;
  readonly server: ServerProcess;
  /** How long the model takes, milliseconds. */
  slow: number;
  tellStory(name: string, base: Readonly<Record<string, string>>): Promise<Telling>;
  close(): Promise<void>;
}

export async function openStories(env: Record<string, string> = {}): Promise<StoryTeller> {
  const github = await startFakeGitHub();
  const pace = { ms: 0 };
  const openai = await startFakeOpenAi({ models: { reader: readerOf(pace) } });
  const folder = makeFolder();
  writeFiles(folder, {
    'models.yml': `version: 1\nmodels:\n  - { id: reader, provider: openai_compatible, model: reader, base_url: "${openai.url}/v1", roles: [deep_scan], settings: {} }\n`,
  });
  const server = await startServer(appEnv(github, { AEGIS_MODELS_FILE: `${folder}/models.yml`, AEGIS_WRITE_PACE: 'off', ...env }), {
    keep: true,
  });
  return {
    github,
    openai,
    server,
    get slow() {
      return pace.ms;
    },
    set slow(ms) {
      pace.ms = ms;
    },
    tellStory: async (name, base) => tell(name, base, { github, openai, server }),
    async close() {
      await server.end('SIGKILL');
      await openai.close();
      await github.close();
    },
  };
}

/** Reports each added line that is weak, in the file that the prompt names above it. */
function readerOf(pace: { readonly ms: number }): SimulatedModel {
  return async ({ prompt }) => {
    if (pace.ms > 0) await sleep(pace.ms);
    let path = '';
    return prompt.split('\n').flatMap((row) => {
      path = /^File: (.*)$/.exec(row)?.[1] ?? path;
      const [, line, code = ''] = /^ *(\d+) \+ (.*)$/.exec(row) ?? [];
      if (line === undefined) return [];
      const seen = WEAKNESSES.filter(({ pattern }) => pattern.test(code));
      return seen.map(({ cwe, title }) => ({ cwe, title, path, startLine: Number(line), evidence: code.trim() }));
    });
  };
}

function tell(
  name: string,
  base: Readonly<Record<string, string>>,
  { github, openai, server }: Pick<StoryTeller, 'github' | 'openai' | 'server'>,
): Telling {
  const story = beginStory(github.state, makeFolder(), name, { 'README.md': '# shop\n', ...base });
  let heard = openai.requests.length;
  const send = async (action: string) => {
    const answer = await deliver(server.url, github.webhook('pull_request', pullRequestPayload(github.state, story.pull, action), SECRET));
    expect(answer.status).toBeLessThan(300);
  };
  const checks = (head = story.pull.headSha) =>
    github.state.checkRuns.filter(({ head_sha, repository }) => head_sha === head && repository === `acme/${name}`);
  const look = (): Look => {
    const comments = github.state.reviewComments.filter(
      ({ pull, user, in_reply_to_id }) => pull === story.pull && user.type === 'Bot' && in_reply_to_id === undefined,
    );
    const named = (closed: boolean) =>
      comments
        .filter((comment) => comment.body.includes('<!-- aegis:closed -->') === closed)
        .map((comment) => `${comment.path} ${/CWE-\d+/.exec(comment.body)?.[0]}`)
        .toSorted();
    const asked = openai.requests.slice(heard).flatMap(({ body: sent }) => weakLines(sent));
    heard = openai.requests.length;
    const check = checks().at(-1);
    return {
      conclusion: check?.conclusion ?? null,
      title: check?.output.title ?? null,
      summary:
        github.state.issueComments.find((comment) => comment.pull === story.pull && comment.body.includes('<!-- aegis:summary -->'))
          ?.body ?? '',
      open: named(false),
      closed: named(true),
      asked: asked.toSorted(),
    };
  };
  const reviewed = async (count: number) => {
    await until(
      () => checks().filter(({ status }) => status === 'completed').length >= count,
      20_000,
      () => `no completed check run in "${name}"; the server said:\n${server.output()}`,
    );
    return look();
  };
  return {
    ...story,
    tell: send,
    look,
    reviewed,
    async review(action = 'synchronize', baseRef = 'main') {
      const before = checks(story.git('rev-parse', 'feature')).filter(({ status }) => status === 'completed').length;
      story.push(baseRef);
      await send(action);
      return await reviewed(before + 1);
    },
  };
}

function weakLines(sent: Record<string, unknown>): string[] {
  const messages = (sent['messages'] ?? []) as { readonly content: string }[];
  return messages
    .flatMap(({ content }) => content.split('\n'))
    .flatMap((row) => /^ *\d+ \+ (.*)$/.exec(row)?.[1] ?? [])
    .filter((code) => WEAKNESSES.some(({ pattern }) => pattern.test(code)))
    .map((code) => code.trim());
}
