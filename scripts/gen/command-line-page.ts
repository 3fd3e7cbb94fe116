import type { Argument, Command, Option } from 'commander';
import { code, page, table } from './markdown.ts';

/** Every command with its arguments and options, as commander knows them. */
export function commandLinePage(program: Command): string {
  return page(
    '# Command line',
    program.description(),
    `Results go to standard output; progress and warnings to standard error.

| exit code | meaning |
|---|---|
| 0 | passed, or nothing at or above \`--fail-on\` |
| 1 | a finding that counts is at or above \`--fail-on\`; for \`aegis doctor\`, something is to be mended |
| 2 | usage or configuration |
| 3 | the scan is incomplete or failed |
| 130 | cancelled |`,
    ...commandsOf(program, 'aegis').flatMap(({ path, command }) => describe(path, command)),
  );
}

function commandsOf(command: Command, path: string): { path: string; command: Command }[] {
  return command.commands.flatMap((child) => {
    const here = `${path} ${child.name()}`;
    return child.commands.length > 0 ? commandsOf(child, here) : [{ path: here, command: child }];
  });
}

function describe(path: string, command: Command): string[] {
  const rows = [
    ...command.registeredArguments.map((argument) => [code(argument.name()), argument.description, showDefault(argument)]),
    ...command.options
      .filter((option) => !option.hidden)
      .map((option) => [code(option.flags), describeOption(option), showDefault(option)]),
  ];
  const usage = `${path} ${command.usage()}`.trim();
  return [
    `## \`${path}\``,
    command.description(),
    `\`\`\`\n${usage}\n\`\`\``,
    ...(rows.length > 0 ? [table(['option', 'meaning', 'default'], rows)] : []),
  ];
}

function describeOption({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}: ${argChoices.map(code).join(', ')}`;
}

function showDefault({ defaultValue }: Option | Argument): string {
  return defaultValue === undefined ? '' : code(String(defaultValue));
}
