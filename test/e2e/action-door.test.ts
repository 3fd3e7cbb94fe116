import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type RanStep, runAction, type Step, startActionsGitHub } from '../fakes/run-action.ts';
import { makeFolder } from './run-aegis.ts';

/** A Node.js as the runner has one, which takes types out of sources: 24. */
const NODE = process.env['AEGIS_TEST_NODE24'];
const DOOR = fileURLToPath(new URL('../../action/main.mjs', import.meta.url));
const WEAK = 'export const find = (db, req) => db.query("select * from users where id = " + req.query.id);\n';

/** One step through the true door, with the registry that this machine uses and an npm that knows nothing yet. */
async function runDoor(env: Record<string, string>, over: Partial<Step> = {}): Promise<RanStep> {
  const fake = await startActionsGitHub();
  const pull = fake.addPull({ base: { 'README.md': '# Shop\n' }, head: { 'README.md': '# Shop\n', 'src/a.js': WEAK } });
  const npm = { ...reachRegistry(), npm_config_cache: makeFolder() };
  const payload = pullRequestPayload(fake.state, pull, 'opened');
  return await runAction(fake, { event: 'pull_request', payload, command: [NODE ?? '', DOOR], ...over, env: { ...npm, ...env } });
}

/** How this machine reaches its registry: the environment of a step holds nothing else of it. */
function reachRegistry(): Record<string, string> {
  const globalconfig = execFileSync('npm', ['config', 'get', 'globalconfig'], { encoding: 'utf8' }).trim();
  const passed = Object.entries(process.env).filter(([name]) => /_proxy$|^node_extra_ca_certs$|^ssl_cert_/i.test(name));
  return {
    ...Object.fromEntries(passed.map(([name, value]) => [name, value ?? ''])),
    ...{ npm_config_userconfig: join(homedir(), '.npmrc'), npm_config_globalconfig: globalconfig },
  };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
    0,
  );
}

describe.skipIf(NODE === undefined)('the door of the Action', () => {
  it('installs what the sources need from a cold cache, and runs them as they are', async () => {
    const temporary = makeFolder();
    const startedAt = performance.now();
    const ran = await runDoor({ RUNNER_TEMP: temporary });
    const seconds = (performance.now() - startedAt) / 1000;
    expect(ran).toMatchObject({ code: 1, outputs: { conclusion: 'findings', 'findings-count': '1' } });
    expect(ran.log).toMatch(/aegis: packages installed in \d/);
    // Told, not held to a limit: the machine and the registry decide.
    const [, install] = /installed in ([\d.]+) s/.exec(ran.log) ?? [];
    console.log(`the Action: ${install} s to install ${Math.round(bytesIn(temporary) / 1e6)} MB, ${seconds.toFixed(1)} s in all`);
  });

  it('says in one sentence that npm or its registry is not to be had', async () => {
    const noNpm = await runDoor({ PATH: makeFolder() });
    expect(noNpm).toMatchObject({ code: 3, stderr: '' });
    expect(noNpm.log).toMatch(/^::error title=Aegis::npm is not on this runner/m);
    const noRegistry = await runDoor({ npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' });
    expect(noRegistry.code).toBe(3);
    expect(noRegistry.log).toMatch(/^::error title=Aegis::the packages of Aegis could not be installed/m);
  });
});
