import { describePause } from '#report/replies/decisions.ts';
import { type Command, done } from './command.ts';

/** Leaves newer commits alone, and ends what still runs. */
export const pause: Command = {
  name: 'pause',
  usage: 'pause',
  summary: 'Leave newer commits of this pull request unreviewed. Their check asks for action meanwhile.',
  async run({ ref, actor }, { store }) {
    await store.setPaused(ref, actor);
    await store.pass(ref);
    return done(describePause());
  },
};
