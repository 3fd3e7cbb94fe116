import type { PullRequestRef } from '#ports/code-host.ts';
import type { CommandDoc } from '#report/replies/help.ts';
import type { TaskContext } from '../tasks/context.ts';

/** One use of a command by somebody who may. */
export interface CommandCall {
  readonly ref: PullRequestRef;
  /** Login of the person. */
  readonly actor: string;
  /** What stands behind the command's name on its line, trimmed. Untrusted. */
  readonly words: string;
  /** First comment of the thread that it was written in; null outside of a thread. */
  readonly thread: number | null;
  /** An earlier try broke off, and may have done everything but tell. */
  readonly repeated: boolean;
  /** All commands, for whoever lists them. */
  readonly commands: readonly CommandDoc[];
}

/** What a command did. `body`: the reply, Markdown. */
export interface Answer {
  /** False where it was refused: then nothing was changed. */
  readonly done: boolean;
  readonly body: string;
}

/** One `/aegis` command. Doing it twice does it once. */
export interface Command extends CommandDoc {
  run(call: CommandCall, ctx: TaskContext): Promise<Answer>;
}

export function refused(body: string): Answer {
  return { done: false, body };
}

export function done(body: string): Answer {
  return { done: true, body };
}
