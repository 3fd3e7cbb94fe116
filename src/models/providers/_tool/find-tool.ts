import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { KnownTool } from './known-tool.ts';
import { KNOWN_TOOLS } from './known-tools.ts';
import type { FORMATS, ToolSettings } from './settings.ts';

/** A tool as an entry describes it: a known one with the entry's changes, or one of the user's own. */
export interface Tool extends Omit<KnownTool, 'finds' | 'languages' | 'read' | 'version'> {
  readonly read: KnownTool['read'] | Exclude<(typeof FORMATS)[number], 'sarif'>;
  /** Null where nobody said how its version is asked for. */
  readonly version: readonly string[] | null;
}

export function findKnownTool(name: string): KnownTool | null {
  return KNOWN_TOOLS.find((tool) => tool.name === name) ?? null;
}

/**
 * The tool of an entry. A known one takes another command (where it lies, say) and further arguments; with a `format`
 * it is read as any other. Throws `InputError` where a name says nothing and no command is given.
 */
export function findTool({ model_id, model_name }: ModelEntry, settings: ToolSettings): Tool {
  const known = findKnownTool(model_name);
  const command = settings.command ?? known?.command;
  if (command === undefined) {
    throw new InputError(`The model ${model_id} names no known tool and no command`, {
      hint: `Give it \`settings.command\`, or name one of ${KNOWN_TOOLS.map(({ name }) => name).join(', ')}.`,
    });
  }
  const custom = settings.format ?? 'sarif';
  return {
    name: model_name,
    command: settings.command === undefined || known === null ? command : replaceProgram(known, settings.command),
    args: settings.args ?? known?.args ?? [],
    exitCodes: settings.exit_codes ?? known?.exitCodes ?? [0, 1],
    version: settings.version_command ?? versionCommand(known, settings.command),
    install: known?.install ?? 'Install it, or give its path in `settings.command`.',
    own: known?.own ?? {},
    obeyed: known?.obeyed ?? null,
    ...(known?.overlooks === undefined ? {} : { overlooks: known.overlooks }),
    read: settings.format !== undefined || known === null ? custom : known.read,
  };
}

/** A command of one word or of words without a placeholder says where the tool lies; its arguments are still the table's. */
function replaceProgram(known: KnownTool, command: readonly string[]): readonly string[] {
  return isWhole(command) ? command : [...command, ...known.command.slice(1)];
}

function versionCommand(known: KnownTool | null, command: readonly string[] | undefined): readonly string[] | null {
  if (known === null) return null;
  if (command === undefined) return known.version;
  // Of a whole command only its first word is known to be the program.
  return isWhole(command) ? null : [...command, ...known.version.slice(1)];
}

function isWhole(command: readonly string[]): boolean {
  return command.some((word) => /\{(files|folder|args)\}/.test(word));
}
