import { describeCommands } from '#report/replies/help.ts';
import { type Command, done } from './command.ts';

/** Lists the commands. */
export const help: Command = {
  name: 'help',
  usage: 'help',
  summary: 'Show this list.',
  run: async ({ commands }) => done(describeCommands(commands)),
};
