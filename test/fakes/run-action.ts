import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { makeFolder } from '../e2e/run-aegis.ts';
import { type FakeGitHub, startFakeGitHub } from './github.ts';

/** The bundle: Node.js 20 takes no types out of sources. The true door is `action/main.mjs`. */
const BUNDLE = fileURLToPath(new URL('../../dist/action.js', import.meta.url));

/** One step as a runner starts it. */
export interface Step {
  readonly event: string;
  readonly payload: unknown;
  /** By their names in `action.yml`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The checkout. */
  readonly workspace?: string;
  /** Another Node.js and what it runs. */
  readonly command?: readonly [string, string];
}

export interface RanStep {
  readonly code: number | null;
  readonly log: string;
  readonly stderr: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export const TOKEN = 'ghs_tokenOfTheWorkflow0123456789';

/** A GitHub that knows the token of a workflow, whose account is `github-actions[bot]`. */
export async function startActionsGitHub(): Promise<FakeGitHub> {
  const fake = await startFakeGitHub({ slug: 'github-actions', appId: 15_368 });
  fake.state.tokens.set(TOKEN, Date.now() + 3_600_000);
  onTestFinished(() => fake.close());
  return fake;
}

/** Runs one step with nothing in its environment but what a runner gives. https://docs.github.com/actions/reference/workflows-and-actions/variables */
export function runAction(fake: FakeGitHub, step: Step): Promise<RanStep> {
  return startAction(fake, step).ended;
}

export function startAction(fake: FakeGitHub, step: Step): { child: ChildProcess; ended: Promise<RanStep> } {
  const files = makeFolder();
  const at = (name: string) => join(files, name);
  for (const name of ['output', 'summary', 'env', 'state', 'path']) writeFileSync(at(name), '');
  writeFileSync(at('event.json'), JSON.stringify(step.payload));
  const [node, script] = step.command ?? [process.execPath, BUNDLE];
  const inputs = { 'github-token': TOKEN, ...step.inputs };
  const child = spawn(node, [script], {
    cwd: step.workspace ?? files,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env['PATH'] ?? '', HOME: makeFolder(), CI: 'true', GITHUB_ACTIONS: 'true', RUNNER_TEMP: makeFolder() },
      ...{ GITHUB_EVENT_NAME: step.event, GITHUB_EVENT_PATH: at('event.json'), GITHUB_REPOSITORY: 'acme/shop' },
      ...{ GITHUB_REF: 'refs/heads/main', GITHUB_SHA: 'd'.repeat(40), GITHUB_ACTOR: 'octocat', GITHUB_WORKSPACE: step.workspace ?? files },
      ...{ GITHUB_API_URL: fake.url, GITHUB_GRAPHQL_URL: `${fake.url}/graphql`, GITHUB_SERVER_URL: 'https://github.com' },
      ...{ GITHUB_OUTPUT: at('output'), GITHUB_STEP_SUMMARY: at('summary'), GITHUB_ENV: at('env'), GITHUB_STATE: at('state') },
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...step.env,
    },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<RanStep>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({
        code,
        log: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        summary: readFileSync(at('summary'), 'utf8'),
        outputs: readOutputs(readFileSync(at('output'), 'utf8')),
      }),
    );
  });
  return { child, ended };
}

/** The file of outputs as a runner reads it. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 0) {
    const [, name, delimiter] = /^([\w-]+)<<(.+)$/.exec(lines.shift() ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter);
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}
