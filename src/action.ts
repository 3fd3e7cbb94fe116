import { runAction } from './action/run-action.ts';
import { composeAction } from './compose-action.ts';

/** The step of a workflow: what `action/main.mjs` starts. */
const cancel = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => cancel.abort(new Error(`stopped by ${name}`)));
}

const code = await runAction(composeAction(process.env, (text) => void process.stdout.write(text), cancel.signal));
// What is written must arrive, and a connection that a model's server keeps open must not hold the process.
process.stdout.write('', () => process.exit(code));
