import { defuseCommands, showControls } from '#report/plain-text.ts';

/**
 * Text for a terminal or the log of a workflow, in which words of strangers may stand (names of files, keys of a
 * configuration, what a server answered): nothing in it moves the cursor or is read as a command of GitHub Actions.
 */
export function safeText(text: string): string {
  return showControls(text).split('\n').map(defuseCommands).join('\n');
}
