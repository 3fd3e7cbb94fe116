import { join } from 'node:path';
import { covers, type ModelEntry } from '#model/model-entry.ts';
import type { ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { readSettings } from './_kit/settings.ts';
import { childEnvironment } from './_process/child-environment.ts';
import { findArgv } from './_process/find-argv.ts';
import { type PlacedFile, placeFiles } from './_process/place-files.ts';
import { askVersion, checkProgram } from './_process/program-health.ts';
import { quoteProgram } from './_process/quote-program.ts';
import { cancelled, type Ended, runProgram } from './_process/run-program.ts';
import { inScratchFolder } from './_process/scratch-folder.ts';
import { faultOfEnd, strangeOutput, tooMuchPrinted } from './_tool/describe-end.ts';
import { findKnownTool, findTool, type Tool } from './_tool/find-tool.ts';
import { LINE_PATTERN, narrowJson, narrowLines } from './_tool/narrow-loose.ts';
import { narrowSarif } from './_tool/narrow-sarif.ts';
import { FILES, type HandedFiles, indexFiles } from './_tool/printed-path.ts';
import { type ToolSettings, toolSettings } from './_tool/settings.ts';
import { cweMap, wordReport } from './_tool/word-report.ts';

/** Where the configuration lies that a tool is given in place of the repository's. */
const OWN = 'own';

const DEFAULT_MAX_OUTPUT = 10_000_000;

/** Files that are named in the reason of a cut answer. */
const NAMED_FILES = 3;

const PARSERS = { sarif: 'sarif', json: 'json_findings', lines: 'regex', xml: 'xml' } as const;

/** Static tools as models: a program that reads files and prints what it found. */
export const tool: Provider = {
  type: 'tool',
  summary: 'A static tool, run without a shell on a copy of the changed files: a known one by its name, or any command.',
  models: null,
  reads: () => 'chunk',
  defaults: (modelName, settings) => {
    const known = findKnownTool(modelName);
    const format = settings['format'];
    const read = typeof format === 'string' ? format : known === null || known.read === 'sarif' ? 'sarif' : 'json';
    const parserId = PARSERS[read as keyof typeof PARSERS] ?? 'sarif';
    const languages = known?.languages ?? 'all';
    return {
      roles: ['deep_scan'],
      parserId,
      parserConfig: parserId === 'regex' ? { pattern: LINE_PATTERN, empty: 'none' } : {},
      covers: languages === 'all' ? 'all' : { languages: [...languages] },
      timeoutMs: 120_000,
      family: modelName,
    };
  },
  // Most of these programs use all cores by themselves.
  concurrency: 2,
  settings: toolSettings,
  cost: () => 'nothing',
  runsCode: true,
  endpoint: () => null,
  connect(entry, env) {
    const settings = readSettings(toolSettings, entry);
    const found = findTool(entry, settings);
    const runner: Runner = { entry, env, settings, tool: found, environment: childEnvironment(settings.env ?? {}, entry.model_id, env) };
    const probe = { name: found.name, install: found.install, environment: runner.environment.variables };
    const version = found.version === null ? null : findArgv(found.version, { base: env.baseFolder }, env.baseFolder);
    return {
      call: (request, signal) => scanChunk(runner, request, signal),
      health: (signal) =>
        checkProgram({ ...probe, argv: version ?? findArgv(found.command, {}, env.baseFolder) }, version !== null, signal),
      // Nobody knows when a script of the user's own changes.
      identity: async (signal) => (version === null ? null : await askVersion({ ...probe, argv: version }, signal)),
    };
  },
};

interface Runner {
  readonly entry: ModelEntry;
  readonly env: ProviderEnv;
  readonly settings: ToolSettings;
  readonly tool: Tool;
  readonly environment: ReturnType<typeof childEnvironment>;
}

async function scanChunk(runner: Runner, { chunk }: ModelRequest, signal: AbortSignal): Promise<Reply> {
  const { tool, entry } = runner;
  if (signal.aborted) throw cancelled(tool);
  const covered = chunk.files.filter(({ language }) => covers(entry.covers, language));
  const placed = placeFiles(covered, tool.obeyed);
  const missing = covered.filter((file) => !placed.some((one) => one.file === file)).map(({ path }) => `${path}: its text is not known`);
  const cut = [
    ...missing,
    ...placed.filter(({ fragment }) => fragment).map(({ file }) => `${file.path}: only what the diff shows is known`),
    ...placed.filter(({ name }) => tool.overlooks?.test(name)).map(({ file }) => `${file.path}: ${tool.name} passes such files over`),
  ];
  if (placed.length === 0) return wordReply(wordNothing(tool), cut);

  const files = new Map([
    ...placed.map(({ name, text }) => [`${FILES}/${name}`, text] as const),
    ...Object.entries(tool.own).map(([name, text]) => [`${OWN}/${name}`, text] as const),
  ]);
  return await inScratchFolder(files, async (folder) => {
    const ended = await run(runner, placed, folder, signal);
    const handed = indexFiles(placed, folder);
    const { text, unread } = readOutput(runner, ended, placed, handed);
    const doubtful = handed.doubtful();
    const lost = doubtful === 0 ? [] : [`${tool.name} names files in a way that leaves open which are meant (findings: ${doubtful})`];
    return wordReply(text, [...cut, ...unread, ...lost]);
  });
}

async function run({ tool, env, settings, environment }: Runner, placed: readonly PlacedFile[], folder: string, signal: AbortSignal) {
  const fillings = {
    // Never a bare name: a file called `--config=x` is `files/--config=x`.
    files: placed.map(({ name }) => `${FILES}/${name}`),
    folder: FILES,
    own: join(folder, OWN),
    base: env.baseFolder,
    args: tool.args.map((arg) => arg.replaceAll('{base}', env.baseFolder)),
  };
  const maxOutput = settings.max_output ?? DEFAULT_MAX_OUTPUT;
  const argv = findArgv(tool.command, fillings, env.baseFolder);
  const program = { name: tool.name, argv, folder, environment: environment.variables, input: '', maxOutput, install: tool.install };
  const ended = await runProgram(program, signal);
  if (ended.overflowed) throw tooMuchPrinted(tool.name, maxOutput);
  return ended;
}

/** What the tool printed, as its parser reads it. Throws `ProviderError` where it failed or printed something else. */
function readOutput({ tool, settings, environment }: Runner, ended: Ended, placed: readonly PlacedFile[], handed: HandedFiles) {
  const shown = placed.map(({ text }) => text);
  const quote = quoteProgram(ended.stderr, shown, environment.keys);
  const fault = faultOfEnd(ended, { name: tool.name, exitCodes: tool.exitCodes, quote });
  if (fault !== null) throw fault;
  const cweOfRule = cweMap(settings.cwe_map ?? {});
  const { stdout, stderr } = ended;
  if (typeof tool.read === 'function') {
    const report = tool.read({ stdout, stderr });
    if (report === null) throw strangeOutput(tool.name, 'its report', quote);
    const unread = report.unread.map(({ path, why }) => {
      const line = quoteProgram(why, shown, environment.keys);
      return `${(path === null ? null : handed.find(path)?.path) ?? 'a file'}: ${tool.name} could not read it${line}`;
    });
    return { text: JSON.stringify(wordReport(report, handed, cweOfRule)), unread };
  }
  // A program that fails may end with the code for "found something", and print nothing or its words on the other stream.
  const excused = ended.exitCode === 0 || (settings.exit_codes?.includes(ended.exitCode ?? -1) === true && stderr.trim() === '');
  if (stdout.trim() === '' && (tool.read !== 'lines' || !excused)) throw strangeOutput(tool.name, tool.read, quote);
  if (tool.read === 'lines') return { text: narrowLines(stdout, handed, settings.cwe_map ?? {}), unread: [] };
  if (tool.read === 'json') return { text: narrowJson(stdout, handed, cweOfRule), unread: [] };
  if (tool.read === 'xml') return { text: handed.rename(stdout), unread: [] };
  const log = narrowSarif(stdout, handed, cweOfRule);
  if (log === null) throw strangeOutput(tool.name, 'SARIF', quote);
  return { text: log, unread: [] };
}

/** The answer of a tool that has nothing to look at. */
function wordNothing({ read }: Tool): string {
  if (read === 'sarif') return JSON.stringify({ version: '2.1.0', runs: [{ results: [] }] });
  return read === 'lines' ? '' : read === 'xml' ? '<findings/>' : '{"findings":[]}';
}

/** What a tool did not look at makes its answer a cut one: those hunks count as partly reviewed. */
function wordReply(text: string, cut: readonly string[]): Reply {
  const named = cut.slice(0, NAMED_FILES).join('; ');
  const reason = cut.length === 0 ? null : cut.length > NAMED_FILES ? `${named}; and ${cut.length - NAMED_FILES} more` : named;
  return { text, finish: reason === null ? 'complete' : 'length', reason, tokensIn: null, tokensOut: null };
}
