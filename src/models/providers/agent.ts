import { join } from 'node:path';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { describeFailure } from './_agent/describe-failure.ts';
import { KNOWN_AGENTS, type KnownAgent, OBEYED_BY_AGENTS } from './_agent/known-agents.ts';
import { readEnvelope } from './_agent/read-envelope.ts';
import { type AgentSettings, agentSettings } from './_agent/settings.ts';
import { familyOf } from './_kit/family.ts';
import { readSettings } from './_kit/settings.ts';
import { type ChildEnvironment, childEnvironment } from './_process/child-environment.ts';
import { findArgv } from './_process/find-argv.ts';
import { placeFiles } from './_process/place-files.ts';
import { askVersion, checkProgram } from './_process/program-health.ts';
import { quoteProgram } from './_process/quote-program.ts';
import { cancelled, type Ended, runProgram } from './_process/run-program.ts';
import { inScratchFolder } from './_process/scratch-folder.ts';

const PROMPT_FILE = 'prompt.md';
const FILES = 'files';
const HOME = 'home';

const DEFAULT_MAX_OUTPUT = 10_000_000;

/** Coding agents as models: a command line that takes a prompt and prints an answer. */
export const agent: Provider = {
  type: 'agent',
  summary: 'A coding agent’s command line, run without a shell in a folder of its own: a known one by its name, or any command.',
  models: null,
  reads: () => 'prompt',
  defaults: (modelName, settings) => {
    const model = settings['model'];
    const known = findKnownAgent(modelName);
    return {
      roles: ['deep_scan'],
      parserId: 'json_findings',
      parserConfig: {},
      covers: 'all',
      timeoutMs: 600_000,
      family: typeof model === 'string' ? familyOf(model) : (known?.family ?? modelName),
    };
  },
  concurrency: 1,
  settings: agentSettings,
  cost: () => 'unknown',
  runsCode: true,
  endpoint: () => null,
  connect(entry, env) {
    const settings = readSettings(agentSettings, entry);
    const runner: Runner = {
      name: entry.model_name,
      env,
      settings,
      ...findAgent(entry, settings),
      environment: environmentOf(entry, settings, env),
    };
    const probe = { name: runner.name, install: runner.install, environment: runner.environment.variables };
    const version = runner.version === null ? null : findArgv(runner.version, { base: env.baseFolder }, env.baseFolder);
    return {
      call: (request, signal) => ask(runner, request, signal),
      health: (signal) =>
        checkProgram({ ...probe, argv: version ?? findArgv(runner.command, {}, env.baseFolder) }, version !== null, signal),
      identity: async (signal) => (version === null ? null : await askVersion({ ...probe, argv: version }, signal)),
    };
  },
};

interface Runner {
  readonly name: string;
  readonly command: readonly string[];
  readonly version: readonly string[] | null;
  readonly install: string;
  readonly env: ProviderEnv;
  readonly settings: AgentSettings;
  readonly environment: ChildEnvironment;
}

function findKnownAgent(name: string): KnownAgent | null {
  return KNOWN_AGENTS.find((known) => known.name === name) ?? null;
}

/** The command of an entry. Throws `InputError` where its name says nothing and it gives none. */
function findAgent({ model_id, model_name }: ModelEntry, settings: AgentSettings): Pick<Runner, 'command' | 'version' | 'install'> {
  const known = findKnownAgent(model_name);
  if (settings.command !== undefined || known === null) {
    if (settings.command === undefined) {
      throw new InputError(`The model ${model_id} names no known agent and no command`, {
        hint: `Give it \`settings.command\`, or name one of ${KNOWN_AGENTS.map(({ name }) => name).join(', ')}.`,
      });
    }
    const install = known?.install ?? 'Install it, or give its path in `settings.command`.';
    return { command: settings.command, version: settings.version_command ?? null, install };
  }
  const [program = '', ...args] = known.command;
  const model = settings.model === undefined ? [] : [known.modelOption, settings.model];
  // Before the rest: `-` for standard input is the last argument of some. A subcommand stays the first.
  const [first = [], rest = args] = /^[a-z]/.test(args[0] ?? '') ? [[args[0] ?? ''], args.slice(1)] : [];
  return { command: [program, ...first, ...model, ...rest], version: settings.version_command ?? known.version, install: known.install };
}

function environmentOf(entry: ModelEntry, settings: AgentSettings, env: ProviderEnv): ChildEnvironment {
  return childEnvironment(settings.env ?? {}, entry.model_id, env);
}

async function ask(runner: Runner, request: ModelRequest, signal: AbortSignal): Promise<Reply> {
  const { name, settings } = runner;
  if (signal.aborted) throw cancelled(runner);
  const placed = settings.files === false ? [] : placeFiles(request.chunk.files, OBEYED_BY_AGENTS);
  const prompt = wordPrompt(request, placed.length > 0);
  const files = new Map([[PROMPT_FILE, prompt], [`${HOME}/`, ''], ...placed.map((file) => [`${FILES}/${file.name}`, file.text] as const)]);
  const ended = await inScratchFolder(files, (folder) => run(runner, prompt, folder, signal));
  const quote = (said: string) => quoteProgram(said, [prompt, ...placed.map(({ text }) => text)], runner.environment.keys);
  if (ended.overflowed) {
    throw new ProviderError('too-large', `The agent ${name} printed more than ${maxOutputOf(settings)} bytes and was stopped`, {
      hint: 'Make it print its answer alone, or raise `max_output`.',
    });
  }
  const output = readEnvelope(ended.stdout, settings.answer_at ?? null);
  if (ended.endedBy !== null || ended.exitCode !== 0) {
    const said = output?.kind === 'failed' ? output.said : ended.stderr.trim() === '' ? ended.stdout : ended.stderr;
    throw describeFailure(name, said, wordEnd(ended) + quote(said));
  }
  if (output === null) {
    throw new ProviderError('protocol', `The agent ${name} printed no answer at ${settings.answer_at}${quote(ended.stderr)}`, {
      hint: 'Run it by hand to see what it prints, and mend `answer_at`.',
    });
  }
  if (output.kind === 'failed') throw describeFailure(name, output.said, quote(output.said));
  return output.reply;
}

async function run({ name, command, env, settings, environment, install }: Runner, prompt: string, folder: string, signal: AbortSignal) {
  const argv = findArgv(command, { prompt_file: join(folder, PROMPT_FILE), base: env.baseFolder }, env.baseFolder);
  const input = command.some((word) => word.includes('{prompt_file}')) ? '' : prompt;
  // A stranger's words are in the prompt: where the agent can read files, the owner's must not be among them.
  const home = join(folder, HOME);
  const own = settings.keep_home === true ? {} : { HOME: home, USERPROFILE: home };
  const variables = { ...environment.variables, ...own };
  return await runProgram({ name, argv, folder, environment: variables, input, maxOutput: maxOutputOf(settings), install }, signal);
}

/** The messages as one text. An agent has no field for a schema, so that it stands in the text. */
function wordPrompt({ messages, schema }: ModelRequest, hasFiles: boolean): string {
  return [
    ...messages.map(({ content }) => content),
    ...(hasFiles ? [`The changed files lie below ${FILES}/, for reading only.`] : []),
    'Change nothing and run nothing. Answer with one JSON object and nothing else.',
    ...(schema === null ? [] : [`It must match this JSON Schema:\n${JSON.stringify(schema)}`]),
  ].join('\n\n');
}

function wordEnd({ exitCode, endedBy }: Ended): string {
  return endedBy === null ? ` with exit code ${exitCode}` : `, ended by ${endedBy}`;
}

function maxOutputOf({ max_output }: AgentSettings): number {
  return max_output ?? DEFAULT_MAX_OUTPUT;
}
