import { codeSpan, escapeInline } from '../markdown/escape.ts';
import { cutText } from '../plain-text.ts';

/** A command as people are told of it. */
export interface CommandDoc {
  readonly name: string;
  /** What is written behind `/aegis`: `dismiss ID reason`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
}

/** The list of commands, for whoever asks for it or wrote an unknown one. `unknown`: the word. Untrusted. */
export function describeCommands(commands: readonly CommandDoc[], unknown: string | null = null): string {
  const rows = commands.map(({ usage, summary }) => `| ${codeSpan(`/aegis ${usage}`)} | ${summary} |`);
  const opening = unknown === null ? [] : [`There is no command “${escapeInline(cutText(unknown, 60))}”. Nothing was done.`];
  const table = ['| command | what it does |', '|---|---|', ...rows].join('\n');
  return [
    ...opening,
    table,
    `A command is the first line of a comment, and needs write access. ${codeSpan('ID')} is the name that stands under each finding, or the beginning of it; in the thread of a finding it can be left out.`,
  ].join('\n\n');
}
