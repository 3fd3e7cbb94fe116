/**
 * The architecture, as a table. A folder may import itself, what its row lists, and nothing else of `src/`.
 * `docs/architecture.md` is generated from this file; `npm run arch` holds the code to it.
 *
 * @type {Record<string, { may: string[], why: string }>}
 */
export const LAYERS = {
  model: { may: [], why: 'The nouns. Everything meets here, so it knows nobody.' },
  lib: { may: ['model'], why: 'Small tools that two or more folders need and no library has.' },
  ports: { may: ['model'], why: 'The verbs: what a stage asks of the world, and what a plugin must offer.' },
  config: { may: ['model', 'ports', 'lib'], why: '`.aegis.yml` and the environment, read into a plan.' },
  diff: { may: ['model', 'lib'], why: 'Stage: unified diff → change set. Pure.' },
  select: { may: ['model', 'lib'], why: 'Stage: which hunks are reviewed, and why the others are not. Pure.' },
  chunks: { may: ['model', 'ports', 'lib'], why: 'Stage: hunks → chunks that fit a prompt. Pure.' },
  steering: { may: ['model', 'lib'], why: 'Stage: attempts to steer the models, found without any model. Pure.' },
  'pipeline/prompts': { may: ['model', 'ports', 'lib'], why: 'What a model is shown, as text. Pure, kept as golden files.' },
  'pipeline/runners': { may: ['model', 'ports', 'lib', 'pipeline/prompts'], why: 'Plugins: how a role is carried out.' },
  'consensus/strategies': { may: ['model', 'ports', 'lib'], why: 'Plugins: which clusters are kept.' },
  consensus: { may: ['model', 'ports', 'lib'], why: 'Stage: candidates → findings. Pure.' },
  lifecycle: { may: ['model', 'lib', 'consensus', 'privacy'], why: 'What becomes of findings from scan to scan: matched, carried over, gone. Pure.' },
  privacy: { may: ['model', 'lib'], why: 'What must not leave the machine: secrets in code are found and masked.' },
  'report/reporters': { may: ['model', 'ports', 'lib', 'report'], why: 'Plugins: one output format each.' },
  report: { may: ['model', 'ports', 'lib'], why: 'Stage: a result → what people see, described. Pure.' },
  pipeline: { may: ['model', 'ports', 'lib', 'select', 'chunks', 'steering', 'consensus', 'lifecycle', 'privacy'], why: 'The story of a scan. Knows the stages and the ports, never a plugin.' },
  'models/providers': { may: ['model', 'ports', 'lib', 'detector'], why: 'Plugins: adapters of one call.' },
  'models/parsers': { may: ['model', 'ports', 'lib'], why: 'Plugins: what a model wrote → claims. Pure.' },
  models: { may: ['model', 'ports', 'lib'], why: 'Registry entries, and what stands around every call.' },
  syntax: { may: ['model', 'ports', 'lib'], why: 'The side of the parser: ast-grep and nothing else.' },
  detector: { may: ['model', 'ports', 'lib', 'syntax'], why: 'The rules of builtin/patterns, over syntax trees.' },
  git: { may: ['model', 'ports', 'lib', 'diff'], why: 'The side of a local repository.' },
  github: { may: ['model', 'ports', 'lib', 'diff'], why: 'The side of GitHub.' },
  storage: { may: ['model', 'ports', 'lib'], why: 'The side of the database.' },
  archive: { may: ['model', 'ports', 'lib'], why: "The side of a person's own files: scans, judgements, pipelines and spending that are kept between runs." },
  queue: { may: ['model', 'ports', 'lib', 'storage'], why: 'The side of the job queue; it shares the database connection and its transactions.' },
  jobs: { may: ['model', 'ports', 'lib', 'config', 'pipeline', 'report'], why: 'What a worker does: one pull request from claim to publication, over ports.' },
  api: { may: ['model', 'ports', 'lib'], why: 'A face: what answers HTTP before and beside the webhooks.' },
  action: { may: ['model', 'ports', 'lib', 'config', 'jobs', 'pipeline', 'report'], why: 'A face: what the GitHub Action reads of its event and writes for its runner.' },
  commands: { may: ['model', 'ports', 'lib', 'config', 'diff', 'git', 'pipeline', 'report', 'models'], why: 'A face: one command of the command line a file.' },
};

/** Which folder or door may speak to which outside package, and why it is fenced. */
export const FENCES = [
  { packages: 'drizzle-orm|postgres|@electric-sql', homes: ['storage', 'queue'], why: 'SQL stays behind the store.' },
  { packages: 'pg-boss', homes: ['queue'], why: 'The queue can be exchanged.' },
  { packages: 'probot|@octokit|octokit', homes: ['github', 'app.ts', 'compose-server.ts', 'compose-setup.ts', 'compose-tools.ts', 'compose-action.ts'], why: 'GitHub has one side.' },
  { packages: '@ast-grep', homes: ['syntax'], why: 'Native code is loaded in one place.' },
  {
    packages: 'openai|ollama|@anthropic-ai|@google/genai|replicate|@huggingface/inference|@huggingface/transformers|node-llama-cpp',
    homes: ['models/providers'],
    why: 'A vendor is known to its adapter only.',
  },
  { packages: '@huggingface/hub', homes: ['models/hub'], why: 'The hub is searched in one place.' },
  { packages: 'execa', homes: ['models/providers'], why: 'Programs of the user are run in one place.' },
  { packages: 'cockatiel|rate-limiter-flexible|lru-cache|@pydantic', homes: ['models/calls'], why: 'What stands around a call stands in one place.' },
  { packages: 're2js|fast-xml-parser', homes: ['models/parsers'], why: 'Readers of answers.' },
  { packages: 'commander', homes: ['cli.ts', 'commands'], why: 'Flags are words of the command line.' },
  { packages: '@secretlint', homes: ['privacy'], why: 'What is a secret is decided in one place.' },
  { packages: 'parse-diff', homes: ['diff'], why: 'Its type has traps; ours stands in front.' },
  { packages: 'yaml', homes: ['lib', 'archive', 'models/registry', 'models/parsers'], why: 'YAML from a stranger is read in one place, written where it is made, and tolerated where a model writes it.' },
];

/** Folders that take data and return data: no node core, and of npm only the packages named. */
export const PURE = {
  folders: ['model', 'ports', 'diff', 'select', 'chunks', 'steering', 'consensus', 'lifecycle', 'report', 'pipeline/prompts', 'models/parsers'],
  packages: ['zod', 'diff', 'parse-diff', 'picomatch', 'picocolors', 're2js', 'fast-xml-parser', 'yaml'],
  core: ['crypto'],
};

/** Folders in which every file is a plugin: a plugin is a stranger to its siblings. */
export const PLUGINS = ['models/providers', 'models/parsers', 'pipeline/runners', 'consensus/strategies', 'report/reporters', 'detector/rules'];

/** Files at the root of `src/`. Nothing imports a door. */
export const DOORS = ['cli.ts', 'server.ts', 'app.ts', 'action.ts'];

const any = (names) => `(${names.join('|')})`;
const dot = (name) => name.replaceAll('.', '[.]');

const layerRules = Object.entries(LAYERS).map(([layer, { may, why }]) => {
  const inner = Object.keys(LAYERS).filter((name) => name.startsWith(`${layer}/`));
  const granted = [layer, ...may];
  // A granted folder does not grant the layers inside it: `pipeline` may import `consensus`, never a strategy.
  const refused = Object.keys(LAYERS).filter((name) => !granted.includes(name) && granted.some((folder) => name.startsWith(`${folder}/`)));
  return {
    name: `layer:${layer}`,
    comment: `${why} It may import: ${granted.join(', ')}.`,
    severity: 'error',
    from: { path: `^src/${layer}/`, pathNot: ['[.]test[.]ts$', ...inner.map((name) => `^src/${name}/`)] },
    to: { path: refused.length > 0 ? `^src/(?!${any(granted)}/)|^src/${any(refused)}/` : `^src/(?!${any(granted)}/)` },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    { name: 'no-circular', comment: 'A circle has no first reader.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', comment: 'A file that nobody imports is dead.', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '[.]d[.]ts$|[.]test[.]ts$' }, to: {} },
    {
      name: 'every-layer-is-listed', comment: 'A new folder needs a row in LAYERS.', severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/${any(Object.keys(LAYERS))}/` }, to: {},
    },
    {
      name: 'pure-core', comment: 'Pure folders take data and return data.', severity: 'error',
      from: { path: `^src/${any(PURE.folders)}/`, pathNot: '[.]test[.]ts$' }, to: { dependencyTypes: ['core'], pathNot: `^(node:)?${any(PURE.core)}$` },
    },
    {
      name: 'pure-npm', comment: 'Pure folders use few packages, each without side effects.', severity: 'error',
      from: { path: `^src/${any(PURE.folders)}/`, pathNot: '[.]test[.]ts$' }, to: { path: 'node_modules/', pathNot: `node_modules/(@types/)?${any(PURE.packages)}/` },
    },
    {
      name: 'plugins-are-strangers', comment: 'A plugin never imports its sibling; what they share goes to lib/ or to a folder with a leading underscore.', severity: 'error',
      from: { path: `^src/${any(PLUGINS)}/([^/_][^/]*)[.]ts$`, pathNot: '[.]test[.]ts$' }, to: { path: '^src/$1/[^/_]' },
    },
    {
      name: 'doors-open-inward', comment: 'Nothing in a folder imports a door, the composition root or the registry of plugins.', severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '[.]test[.]ts$' }, to: { path: '^src/[^/]+[.]ts$' },
    },
    {
      name: 'only-compose-knows-parts', comment: 'Concrete parts are chosen in compose.ts, and plugins are listed in registry.ts, nowhere else.', severity: 'error',
      from: { path: `^src/${any(DOORS.map(dot))}$` }, to: { path: `^src/${any([...PLUGINS, 'storage', 'queue'])}/` },
    },
    ...FENCES.map(({ packages, homes, why }) => ({
      name: `fence:${packages}`, comment: why, severity: 'error',
      from: { path: '^src/', pathNot: ['[.]test[.]ts$', ...homes.map((home) => `^src/${dot(home)}${home.endsWith('.ts') ? '$' : '/'}`)] },
      to: { path: `node_modules/(${packages})(/|$)` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.js', '.json'] },
  },
};
