import { COMMANDS } from '#jobs/commands/commands.ts';
import { code, page, table } from './markdown.ts';

/** Every `/aegis` command, and what surrounds them. */
export function commandsPage(): string {
  return page(
    '# Commands on a pull request',
    'Write a command as the first line of a comment: in the conversation, or as an answer in the thread of a finding. Aegis answers with a reaction (👀 it is at work, 👍 done, 😕 refused) and a reply. Commands are for the GitHub App; the Action does not listen to comments.',
    table(
      ['command', 'what it does'],
      COMMANDS.map(({ usage, summary }) => [code(`/aegis ${usage}`), summary]),
    ),
    '**Who may.** People with write access to the repository, which GitHub is asked about each time. Nobody else spends a token: they are refused, and told so once. Bots are not answered, Aegis itself among them.',
    '**ID** is the name that stands under each finding, such as `k3v9qd`, or its first four characters where they are unique; the whole fingerprint is taken, too. In the thread of a finding it can be left out.',
    '**The reason** of a dismissal is needed, and stands in the summary with your name. A dismissal holds while the code is as it is, also when the file is renamed. With `--repo` behind the ID it holds for all pull requests of the repository; `/aegis reopen` takes it back in both.',
    '```text\n/aegis dismiss k3v9qd the pattern is a fixture\n/aegis dismiss k3v9qd --repo we escape this in the driver\n```',
    'Only the first line counts, and only when the comment is new: an edit runs nothing again. The buttons **Review again**, **Pause** and **Resume** of the check run do what the commands of these names do.',
    "**Without a command.** 👍 and 👎 of people with write access on a finding's comment teach `weights: auto` how far each model can be trusted; they dismiss nothing. A thread that you resolve while its finding is still in the change is asked about once. What becomes of findings from push to push: [the life of a finding](lifecycle.md).",
  );
}
