import type { Task } from '#model/task.ts';
import type { ClaimedTask } from '#ports/store.ts';
import type { Command } from '../commands/command.ts';
import { COMMANDS } from '../commands/commands.ts';
import { pause } from '../commands/pause.ts';
import { resume } from '../commands/resume.ts';
import { review } from '../commands/review.ts';
import type { TaskContext } from './context.ts';

/** Buttons of the check run do what the commands of their names do. See `#report/buttons.ts`. */
const BUTTONS: ReadonlyMap<string, Command> = new Map([review, pause, resume].map((command) => [command.name, command]));

/** There is no comment to answer: the check run itself shows what came of it. Answers with one clause for the log. */
export async function pressButton(
  { identifier, actor }: Extract<Task, { kind: 'button' }>,
  { ref, tries }: Pick<ClaimedTask, 'ref' | 'tries'>,
  ctx: TaskContext,
): Promise<string> {
  const command = BUTTONS.get(identifier);
  if (command === undefined) return 'the check has no such button';
  if (actor.isBot || !(await ctx.host.canWrite(ref, actor.login))) return `${command.name}: ${actor.login} may not write here`;
  const call = { ref, actor: actor.login, words: '', thread: null, repeated: tries > 1, commands: COMMANDS };
  const { done } = await command.run(call, ctx);
  return `${command.name} by ${actor.login}: ${done ? 'done' : 'nothing to do'}`;
}
