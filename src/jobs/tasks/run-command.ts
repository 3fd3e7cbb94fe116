import type { AegisError } from '#model/errors.ts';
import type { CommentRef, ReactionKind, Task } from '#model/task.ts';
import type { ClaimedTask } from '#ports/store.ts';
import { describeCommands } from '#report/replies/help.ts';
import { refuseStranger, tellBroken } from '#report/replies/refusals.ts';
import { type Answer, refused } from '../commands/command.ts';
import { COMMANDS } from '../commands/commands.ts';
import { type ParsedCommand, parseCommand } from '../commands/parse-command.ts';
import type { TaskContext } from './context.ts';
import { asCourtesy } from './courtesy.ts';

type CommandTask = Extract<Task, { kind: 'command' }>;
type Claimed = Pick<ClaimedTask, 'ref' | 'tries'>;

/**
 * Does what a comment asks for: a look at who asks, a reaction, the work, another reaction and the reply. Answers with
 * one clause for the log.
 */
export async function runCommand(task: CommandTask, claimed: Claimed, ctx: TaskContext): Promise<string> {
  const { actor, comment } = task;
  const parsed = parseCommand(task.body);
  const name = COMMANDS.some((command) => command.name === parsed.name) ? parsed.name : 'unknown command';
  if (actor.isBot) return `${name}: bots are not answered`;
  const { ref } = claimed;
  if (!(await ctx.host.canWrite(ref, actor.login))) {
    // Said once to each person, or a stranger could make us talk for ever.
    await answer(task, ref, { key: `stranger:${actor.login}`, ...refused(refuseStranger()) }, ctx);
    return `${name}: ${actor.login} may not write here`;
  }
  await react(ref, comment, 'eyes', ctx);
  const answered = await perform(parsed, task, claimed, ctx);
  await answer(task, ref, { key: keyOf(comment), ...answered }, ctx);
  return `${name} by ${actor.login}: ${answered.done ? 'done' : 'refused'}`;
}

async function perform({ name, words }: ParsedCommand, task: CommandTask, { ref, tries }: Claimed, ctx: TaskContext): Promise<Answer> {
  const command = COMMANDS.find((one) => one.name === (name === '' ? 'help' : name));
  if (command === undefined) return refused(describeCommands(COMMANDS, name));
  const call = { ref, actor: task.actor.login, words, thread: threadOf(task), repeated: tries > 1, commands: COMMANDS };
  return await command.run(call, ctx);
}

/** Tells who asked that it could not be done. Never throws: it is said for the last time. */
export async function tellBrokenCommand(task: CommandTask, { ref }: Claimed, fault: AegisError, ctx: TaskContext): Promise<void> {
  try {
    await answer(task, ref, { key: keyOf(task.comment), ...refused(tellBroken(fault)) }, ctx);
  } catch (error) {
    ctx.log('warn', `the fault could not be told: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function answer(
  task: CommandTask,
  ref: ClaimedTask['ref'],
  { key, done, body }: Answer & { readonly key: string },
  ctx: TaskContext,
): Promise<void> {
  await react(ref, task.comment, done ? '+1' : 'confused', ctx);
  const thread = threadOf(task);
  const place: CommentRef = thread === null ? task.comment : { kind: 'review', id: thread };
  await asCourtesy('a command could not be answered', () => ctx.host.reply(ref, place, { key, body }), ctx.log);
}

async function react(ref: ClaimedTask['ref'], comment: CommentRef, reaction: ReactionKind, ctx: TaskContext): Promise<void> {
  await asCourtesy('no reaction could be given', () => ctx.host.react(ref, comment, reaction), ctx.log);
}

function threadOf({ comment, inReplyTo }: CommandTask): number | null {
  return comment.kind === 'review' ? (inReplyTo ?? comment.id) : null;
}

/** A comment in a conversation and one on code may have the same number. */
function keyOf({ kind, id }: CommentRef): string {
  return kind === 'issue' ? `reply:${id}` : `reply:${kind}:${id}`;
}
