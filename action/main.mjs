/**
 * Starts Aegis as a step of a workflow, from the sources of whatever ref was named: there is no bundle to trust. The
 * packages that it needs come from npm by the lock file beside this one, without running any of their scripts; Node.js
 * itself takes the types out of `src/`. No shell is involved.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { env } = process;

/** What npm may see of the environment: how to reach its registry, and neither a token of GitHub nor a key of a model. */
const FOR_NPM =
  /^(path|home|userprofile|appdata|localappdata|programdata|systemroot|comspec|temp|tmp|tmpdir|lang|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|node_auth_token|npm_token|npm_config_.*)$/i;

let child = null;
let stopped = false;
for (const name of ['SIGINT', 'SIGTERM']) {
  process.on(name, () => {
    stopped = true;
    child?.kill(name);
  });
}

const folder = prepareFolder();
const npm = findNpm();
if (npm === null)
  fail('npm is not on this runner, so the packages of Aegis cannot be installed. Put a step with actions/setup-node before this one.');
const started = performance.now();
const group = wantsLargeVendors() ? '--include=dev' : '--omit=dev';
const installed = await run([npm, 'ci', group, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
  cwd: folder,
  env: Object.fromEntries(Object.entries(env).filter(([name]) => FOR_NPM.test(name))),
});
if (stopped) process.exit(130);
if (installed !== 0)
  fail('the packages of Aegis could not be installed: npm says why above. Check that the runner reaches the npm registry.');
console.log(`aegis: packages installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
process.exitCode = await run(['--disable-warning=ExperimentalWarning', join(folder, 'src', 'action.ts')], { env });

/** A folder of this job alone: nothing that another job left there is run. Node.js strips no types below `node_modules`. */
function prepareFolder() {
  const parent = env.RUNNER_TEMP || tmpdir();
  mkdirSync(parent, { recursive: true });
  const made = mkdtempSync(join(realpathSync(parent), 'aegis-'));
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(made, file));
  cpSync(join(here, '..', 'src'), join(made, 'src'), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  return made;
}

/**
 * The packages of Anthropic and Google are half of all bytes, and stand in `devDependencies` so that they can be left out:
 * they come where a key of theirs is set or the input `models` names them. `src/action/require-vendors.ts` says so, too.
 */
function wantsLargeVendors() {
  const keys = ['ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'];
  return keys.some((name) => env[name]) || /\b(anthropic|google):/.test(env.INPUT_MODELS ?? '');
}

/** npm's script: beside this Node.js, as in a runner's own folder, else beside an `npm` on the PATH. */
function findNpm() {
  const script = join('node_modules', 'npm', 'bin', 'npm-cli.js');
  const bins = [dirname(process.execPath), ...(env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean)];
  for (const bin of bins) {
    for (const path of [join(bin, script), join(bin, '..', 'lib', script)]) if (existsSync(path)) return path;
    const link = join(bin, 'npm');
    if (existsSync(link) && realpathSync(link).endsWith('npm-cli.js')) return realpathSync(link);
  }
  return null;
}

/** Runs a script with this Node.js and answers its exit code. */
function run(args, options) {
  return new Promise((resolve) => {
    child = spawn(process.execPath, args, { stdio: 'inherit', ...options });
    child.on('error', () => resolve(3));
    // Who was stopped from outside has no code of its own.
    child.on('close', (code) => resolve(code ?? 130));
  });
}

function fail(sentence) {
  console.log(`::error title=Aegis::${sentence}`);
  process.exit(3);
}
