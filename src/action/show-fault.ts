import type { ChangeSet } from '#model/change-set.ts';
import { AegisError, ConfigError, InputError } from '#model/errors.ts';
import { describeFault } from '#report/describe-fault.ts';
import type { ActionLog } from './action-log.ts';
import type { ActionContext } from './context.ts';
import { hintOf } from './host-hints.ts';
import type { Run } from './run.ts';
import { writeOutputs } from './show-ending.ts';

type FaultContext = Pick<ActionContext, 'io' | 'signal' | 'variables'> & { readonly log: ActionLog };

/** As the command line: the caller's fault, everything else, and what was cancelled. */
const USAGE = 2;
const BROKEN = 3;
const CANCELLED = 130;

/** Tells why nothing was concluded: in the log, in the summary of the job and on the pull request. Answers the exit code. */
export async function showFault(error: unknown, run: Run, ctx: FaultContext): Promise<number> {
  if (ctx.signal.aborted) {
    ctx.log.say('aegis: cancelled; nothing was concluded');
    return CANCELLED;
  }
  const fault = wordFault(error);
  const sentence = `${/[.!?]$/.test(fault.message) ? fault.message : `${fault.message}.`} ${fault.hint}`;
  if (fault instanceof ConfigError) tellProblems(fault, ctx);
  else ctx.log.annotate('error', sentence);
  if (ctx.variables['AEGIS_DEBUG'] === '1' && error instanceof Error) for (const line of (error.stack ?? '').split('\n')) ctx.log.say(line);
  const described = describeFault({ scanId: 'action', error: fault });
  const outputs = { conclusion: 'error', 'findings-count': '0', 'sarif-file': '', 'report-file': '', 'cost-usd': '0' };
  // Files of the runner that cannot be written to may be the fault that is told: the log has it.
  await Promise.allSettled([ctx.io.appendSummary(`${described.check?.summary ?? sentence}\n`), writeOutputs(ctx, outputs)]);
  if (fault instanceof ConfigError) await tellOnPull(described, run, ctx);
  return error instanceof InputError || error instanceof ConfigError ? USAGE : BROKEN;
}

/** Every problem of a configuration at its place. */
function tellProblems(fault: ConfigError, { log }: FaultContext): void {
  log.say(`aegis: ${fault.message}`);
  for (const { source, line, key, message } of fault.problems) {
    log.annotate('error', key === '' ? message : `${key}: ${message}`, { file: source ?? fault.source, line });
  }
}

const NO_CHANGE: ChangeSet = { mode: 'change', files: [], base: null, head: null };

/** Who opened a pull request whose base is badly configured sees why nothing was reviewed. */
async function tellOnPull(
  described: ReturnType<typeof describeFault>,
  { subject, inputs, parts }: Run,
  { log }: FaultContext,
): Promise<void> {
  if (parts === null || subject === null || !subject.shows.comments || inputs?.comment === false) return;
  const told = await parts.host.publish(subject.pull, { ...described, check: null }, NO_CHANGE).catch((error: unknown) => ({
    degraded: [error instanceof Error ? error.message : String(error)],
  }));
  for (const clause of told.degraded) log.say(`aegis: not shown on the pull request: ${clause}`);
}

/** A fault in the words of whoever runs a workflow. */
class WordedFault extends AegisError {
  readonly code = 'AEGIS_ACTION';
}

function wordFault(error: unknown): AegisError {
  if (error instanceof ConfigError) return error;
  if (error instanceof AegisError) return new WordedFault(error.message, { hint: hintOf(error), cause: error });
  const said = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  return new WordedFault(`a fault of Aegis itself: ${said}`, { hint: 'Set AEGIS_DEBUG to 1 in the environment of the step to see where.' });
}
